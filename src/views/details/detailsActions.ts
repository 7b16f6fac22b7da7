// The actions behind the buttons of the details page. The page knows only their ids.
import { l10n } from 'vscode';
import type { ConfigLocation } from '../../tunnels/config/definition';
import type { ServerLink } from '../words/loginWait';
import type { ButtonView } from '../webview/pageData';

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
  | 'openInBrowser'
  | 'openProxiedBrowser'
  | 'copyLocalAddress'
  | 'copyConnectionString'
  | 'runProgram'
  | 'stopProgram'
  | 'openSshConfig'
  | 'reviewConsent'
  | 'manageTrust'
  | 'showLog';

export type DetailsAction =
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'open'; readonly place: ConfigLocation }
  | { readonly kind: 'link'; readonly link: ServerLink }
  /** forward: its label; program: its name. */
  | {
      readonly kind: 'run';
      readonly command: DetailsCommand;
      readonly forward?: string;
      readonly program?: string;
    };

export function commandLabel(command: DetailsCommand): string {
  switch (command) {
    case 'start':
      return l10n.t('Start');
    case 'stop':
    case 'stopProgram':
      return l10n.t('Stop');
    case 'restart':
      return l10n.t('Restart');
    case 'retryNow':
      return l10n.t('Retry Now');
    case 'answer':
      return l10n.t('Answer…');
    case 'edit':
      return l10n.t('Edit Setting');
    case 'useAnotherPort':
      return l10n.t('Use Another Port…');
    case 'takeOver':
      return l10n.t('Take Over…');
    case 'openInBrowser':
      return l10n.t('Open in Browser');
    case 'openProxiedBrowser':
      return l10n.t('Open Browser Through Proxy');
    case 'copyLocalAddress':
      return l10n.t('Copy Address');
    case 'copyConnectionString':
      return l10n.t('Copy Connection String');
    case 'runProgram':
      return l10n.t('Run');
    case 'openSshConfig':
      return l10n.t('Open SSH Config');
    case 'reviewConsent':
      return l10n.t('Review Consent');
    case 'manageTrust':
      return l10n.t('Manage Workspace Trust');
    case 'showLog':
      return l10n.t('Show Log');
  }
}

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
    return this.button(`${key}/${command}`, commandLabel(command), {
      kind: 'run',
      command,
      ...(forward === undefined ? {} : { forward }),
    });
  }
}
