// Describes a login that waits for a person or an agent, and what the server has said meanwhile, with the links in it.
import { l10n } from 'vscode';
import { accountOf } from '../../tunnels/model/prompt';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import type { ConnectingState } from '../../tunnels/model/state';
import { hostOf, shownHost } from './exactText';
import { fullPlainText } from './format';

/** What the login waits for, in a few words. undefined: nothing; a newer daemon may name what this build doesn't know. */
export function describeLoginWait({ waitsFor }: Pick<ConnectingState, 'waitsFor'>): string | undefined {
  switch (waitsFor) {
    case 'device':
      return l10n.t('waiting for approval on another device');
    case 'agent':
      return l10n.t('waiting for your SSH agent');
    default:
      return undefined;
  }
}

/** The same in whole sentences. */
export function explainLoginWait({ state }: Pick<TunnelSnapshot, 'state'>): string | undefined {
  switch (state.status === 'connecting' ? state.waitsFor : undefined) {
    case 'device':
      return l10n.t(
        "The server hasn't answered yet. Approve the sign-in on your other device, or do what the server says. It goes on waiting as long as the server does.",
      );
    case 'agent':
      return l10n.t(
        "Your SSH agent hasn't answered yet. Confirm the use of the key, or touch your security key.",
      );
    default:
      return undefined;
  }
}

/** Whether the login can't go on before a person acts outside of VS Code. */
export function isLoginWaiting({ state }: Pick<TunnelSnapshot, 'state'>): boolean {
  return state.status === 'connecting' && describeLoginWait(state) !== undefined;
}

/** What the server has said during the login, line by line, without the empty ones. */
export function serverLines({ state }: Pick<TunnelSnapshot, 'state'>): readonly string[] {
  const text = state.status === 'connecting' ? (state.serverText ?? '') : '';
  return text.split('\n').map(fullPlainText).filter(Boolean);
}

/** A link that the server has written. */
export interface ServerLink {
  /** In the form that is opened: ASCII only. */
  readonly url: string;
  /** The server that has written it, as in questions; of an older daemon the tunnel's server. */
  readonly host: string;
}

type Speaking = Pick<TunnelSnapshot, 'state' | 'entry' | 'name'>;

const maxLinks = 3;

/** The http and https links in what the server has said. Not one that was cut off, or has a user name or a password. */
export function serverLinks(tunnel: Speaking): readonly ServerLink[] {
  const host = speakerOf(tunnel);
  const urls = serverLines(tunnel)
    // Up to a space: a letter beyond ASCII or a "…" must not end it in the middle.
    .flatMap((line) => line.match(/(?<![a-z0-9+.-])https?:\/\/[^\s<>"]+/gi) ?? [])
    .map((text) => toUrl(text.replace(/[.,;:!?'")\]}>]+$/, '')))
    .filter((url) => url !== undefined);
  return [...new Set(urls)].slice(0, maxLinks).map((url) => ({ url, host }));
}

/** The host that has said it. A jump host must not pass for the server behind it. */
function speakerOf({ state, entry, name }: Speaking): string {
  const who = state.status === 'connecting' ? state.serverName : undefined;
  if (who !== undefined) {
    return accountOf({ who }).host;
  }
  return entry ? hostOf(entry.definition.destination) : name;
}

export function shownSpeaker(tunnel: Speaking): string {
  return shownHost(speakerOf(tunnel));
}

function toUrl(text: string): string | undefined {
  if (!/^[!-~]+$/.test(text) || !URL.canParse(text)) {
    return undefined;
  }
  const { protocol, username, password, href } = new URL(text);
  const isPlain = (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
  return isPlain ? href : undefined;
}
