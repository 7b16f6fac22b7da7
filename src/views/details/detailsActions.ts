// The actions behind the buttons of the details page. The page knows only their ids.
import { l10n } from 'vscode';
import type { ConfigLocation } from '../../tunnels/config/definition';
import type { ServerLink } from '../words/loginWait';
import type { ButtonView } from '../webview/pageData';
import type { Need, TunnelState } from '../../tunnels/model/state';

/** A command about the tunnel, or about one of its forwards or programs. */
export type DetailsCommand =
  | 'start'
  | 'stop'
  | 'restart'
  | 'retryNow'
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
      readonly command: DetailsCommand | 'answer';
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

/** As in the menu of the row: what the answer is about. */
export function answerLabel(need: Need): string {
  switch (need) {
    case 'trust':
      return l10n.t('Trust…');
    case 'consent':
      return l10n.t('Allow…');
    case 'password':
      return l10n.t('Enter Password…');
    case 'passphrase':
      return l10n.t('Enter Passphrase…');
    case 'code':
      return l10n.t('Enter Code…');
    case 'hostKey':
      return l10n.t('Check Host Key…');
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

  /** The button that answers what a tunnel waits for; undefined: it waits for nothing. */
  answer(key: string, state: TunnelState): ButtonView | undefined {
    return state.status === 'blocked'
      ? this.button(`${key}/answer`, answerLabel(state.need), { kind: 'run', command: 'answer' })
      : undefined;
  }

  run(key: string, command: DetailsCommand, forward?: string): ButtonView {
    return this.button(`${key}/${command}`, commandLabel(command), {
      kind: 'run',
      command,
      ...(forward === undefined ? {} : { forward }),
    });
  }
}
