// The actions behind the buttons of the details page. The page knows only their ids.
import type { ConfigLocation } from '../../tunnels/config/definition';
import type { ButtonView } from '../page/pageData';

/** A command about the tunnel, or about one of its forwards or programs. */
export type DetailsCommand =
  | 'start'
  | 'stop'
  | 'restart'
  | 'retryNow'
  | 'answer'
  | 'edit'
  | 'useAnotherPort'
  | 'takeOver'
  | 'runProgram'
  | 'stopProgram'
  | 'openSshConfig'
  | 'reviewConsent'
  | 'manageTrust'
  | 'showLog';

export type DetailsAction =
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'open'; readonly place: ConfigLocation }
  /** forward: its label; program: its name. */
  | {
      readonly kind: 'run';
      readonly command: DetailsCommand;
      readonly forward?: string;
      readonly program?: string;
    };

export const commandLabels: Readonly<Record<DetailsCommand, string>> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  retryNow: 'Retry Now',
  answer: 'Answer…',
  edit: 'Edit Setting',
  useAnotherPort: 'Use Another Port…',
  takeOver: 'Take Over…',
  runProgram: 'Run',
  stopProgram: 'Stop',
  openSshConfig: 'Open SSH Config',
  reviewConsent: 'Review Consent',
  manageTrust: 'Manage Workspace Trust',
  showLog: 'Show Log',
};

/** The buttons of one version of the page, with their actions. */
export class ActionTable {
  readonly #actions = new Map<string, DetailsAction>();

  get all(): ReadonlyMap<string, DetailsAction> {
    return this.#actions;
  }

  /** @param key unique, and the same each time the page is drawn, so that the button keeps the focus */
  button(
    key: string,
    label: string,
    action: DetailsAction,
    spoken: Pick<ButtonView, 'description' | 'confirmation'> = {},
  ): ButtonView {
    this.#actions.set(key, action);
    return { id: key, label, ...spoken };
  }

  run(key: string, command: DetailsCommand, forward?: string): ButtonView {
    return this.button(`${key} ${command}`, commandLabels[command], {
      kind: 'run',
      command,
      ...(forward === undefined ? {} : { forward }),
    });
  }
}
