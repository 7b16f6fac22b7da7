// Describes a tunnel: its state for the row, a sentence for screen readers, and where it is defined.
import { l10n } from 'vscode';
import { errorWords } from '../../tunnels/errors/errors';
import type { TunnelError } from '../../tunnels/errors/errors';
import type { TunnelEntry } from '../../tunnels/config/definition';
import { isForPrograms } from '../../tunnels/config/definition';
import { isTunnelDegraded } from '../../tunnels/model/snapshot';
import type { TunnelIdentity, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { errorOf, failedAttempts } from '../../tunnels/model/state';
import type { Need, Phase, TunnelState } from '../../tunnels/model/state';
import {
  formatBytes,
  formatDuration,
  formatPercentage,
  fullPlainText,
  joinParts,
  plainText,
  speakParts,
  withFullStop,
} from './format';
import { describeLoginWait, isLoginWaiting } from './loginWait';
import { describePrograms } from './programWords';
import { shownHost } from './exactText';
import { networkWordsOf } from './exposure';
import { shortError } from './shortError';

function describeNeed(need: Need, error: TunnelError): string {
  if (error.code === 'AuthenticationCancelled' && error.needs === 'again') {
    return l10n.t('needs you to sign in again');
  }
  switch (need) {
    case 'trust':
      return l10n.t('needs a trusted workspace');
    case 'consent':
      return l10n.t('needs your consent');
    case 'password':
      return l10n.t('needs your password');
    case 'passphrase':
      return l10n.t('needs your passphrase');
    case 'code':
      return l10n.t('needs a one-time code');
    case 'hostKey':
      return l10n.t('unknown host key');
  }
}

type Connecting = Extract<TunnelState, { status: 'connecting' }>;
type Waiting = Extract<TunnelState, { status: 'waiting' }>;

/** The host of a hop, if the setting has it. The jump hosts of ssh_config aren't known here. */
function hopHost(entry: TunnelEntry | undefined, hop: number): string | undefined {
  const jump = entry?.definition.proxyJump?.[hop];
  return jump === undefined ? undefined : plainText(shownHost(jump.host));
}

function describePhase(phase: Phase, host: string | undefined): string {
  switch (phase) {
    case 'resolve':
      return l10n.t('reading the SSH config');
    case 'tcp':
      return host === undefined ? l10n.t('reaching the server') : l10n.t('reaching {host}', { host });
    case 'hostKey':
      return host === undefined
        ? l10n.t('checking the host key')
        : l10n.t('checking the host key of {host}', { host });
    case 'auth':
      return host === undefined ? l10n.t('signing in') : l10n.t('signing in to {host}', { host });
    case 'forwards':
      return l10n.t('opening the forwards');
  }
}

/** The current step while it connects: `signing in (attempt 3)`. */
export function describeStep(state: Connecting, entry: TunnelEntry | undefined): string {
  if (state.asking === true) {
    return l10n.t('waiting for your answer');
  }
  const wait = describeLoginWait(state);
  if (wait !== undefined) {
    const host = hopHost(entry, state.hop);
    return host === undefined ? wait : l10n.t('{wait}, for {host}', { wait, host });
  }
  const step =
    state.proxyCommand === undefined
      ? describePhase(state.phase, hopHost(entry, state.hop))
      : l10n.t('waiting for the ProxyCommand');
  const { attempt } = state;
  return attempt > 1 ? l10n.t('{step} (attempt {attempt})', { step, attempt }) : step;
}

/** What the ProxyCommand that it waits for has written last, line by line. An address in it is not shortened. */
export function proxyCommandOutput(state: TunnelState): readonly string[] {
  return state.status === 'connecting' ? (state.proxyCommand ?? []).map(fullPlainText).filter(Boolean) : [];
}

function describeForwards(forwards: TunnelSnapshot['forwards']): string | undefined {
  const count = forwards.length;
  const failed = forwards.filter(({ state }) => state.status === 'failed').length;
  if (count === 0) {
    return undefined;
  }
  if (count === 1) {
    return failed > 0 ? l10n.t('1 of 1 forward failed') : l10n.t('1 forward');
  }
  return failed > 0
    ? l10n.t('{failed} of {count} forwards failed', { failed, count })
    : l10n.t('{count} forwards', { count });
}

/** `retrying in 4 s`: changes every second. @param now undefined: without the time */
export function describeRetry({ retryAt }: Waiting, now: number | undefined): string {
  if (now === undefined) {
    return l10n.t('retrying');
  }
  return retryAt > now
    ? l10n.t('retrying in {time}', { time: formatDuration(retryAt - now) })
    : l10n.t('retrying now');
}

/** Whether it is connected and all of its ports failed. */
export function worksNowhere({ state, forwards, programs }: TunnelSnapshot): boolean {
  return (
    state.status === 'up' &&
    forwards.length > 0 &&
    programs.length === 0 &&
    forwards.every((forward) => forward.state.status === 'failed')
  );
}

/** Of a tunnel that works nowhere: what is wrong with its only forward. */
function describeFailedForwards({ forwards }: TunnelSnapshot, length: Length): string {
  const [only, ...others] = forwards;
  return length === 'short' && only?.state.status === 'failed' && others.length === 0
    ? shortError(only.state.error)
    : l10n.t('connected, but no port is open');
}

function describeFailed({ problems, origin, state }: TunnelSnapshot, length: Length): string {
  const count = problems.length;
  if (count === 1) {
    return origin === 'sshConfig'
      ? l10n.t('1 problem in the SSH config')
      : l10n.t('1 problem in its settings');
  }
  if (count > 1) {
    return origin === 'sshConfig'
      ? l10n.t('{count} problems in the SSH config', { count })
      : l10n.t('{count} problems in its settings', { count });
  }
  const error = errorOf(state);
  if (error === undefined) {
    return l10n.t('failed');
  }
  return length === 'short'
    ? shortError(error)
    : l10n.t('failed: {error}', { error: plainText(errorWords(error, l10n).message) });
}

/** short: as in a row, whose tooltip has the rest. */
type Length = 'short' | 'full';

/** The state in a few words: `up · 2 forwards`. @param now shows the time to the next attempt, in milliseconds */
export function describeTunnel(tunnel: TunnelSnapshot, now?: number): string {
  const { state } = tunnel;
  return joinParts([
    ...stateParts(tunnel, 'short'),
    ...(state.status === 'waiting' ? [describeRetry(state, now)] : []),
  ]);
}

/** The same as a sentence, with the whole error and without a countdown: `Up, 2 forwards.` */
export function speakTunnelState(tunnel: TunnelSnapshot): string {
  return speakParts(stateParts(tunnel, 'full'));
}

function stateParts(tunnel: TunnelSnapshot, length: Length): readonly string[] {
  const network = networkWordsOf(tunnel.forwards);
  const state = describeState(tunnel, length);
  switch (tunnel.state.status) {
    case 'up':
      if (worksNowhere(tunnel)) {
        return [state];
      }
      return [state, network, describeForwards(tunnel.forwards), describePrograms(tunnel)].filter(
        (part) => part !== undefined,
      );
    case 'stopped':
      return [
        state,
        ...(tunnel.override?.disabled === true ? [l10n.t('disabled by you')] : []),
        ...(tunnel.staysLocal === true ? [l10n.t('starts in local windows only')] : []),
      ];
    default:
      return network === undefined ? [state] : [state, network];
  }
}

function describeState(tunnel: TunnelSnapshot, length: Length): string {
  const { state } = tunnel;
  switch (state.status) {
    case 'stopped':
      return tunnel.override?.disabled !== true && isStoppedProgramTunnel(tunnel)
        ? l10n.t('connects when a program runs')
        : l10n.t('stopped');
    case 'idle':
      return l10n.t('ready: connects on first use');
    case 'blocked':
      return describeNeed(state.need, state.error);
    case 'connecting': {
      const step = describeStep(state, tunnel.entry);
      // A narrow side bar would cut off what the user has to know.
      return isLoginWaiting(tunnel) ? step : l10n.t('connecting: {step}', { step });
    }
    case 'up':
      if (worksNowhere(tunnel)) {
        return describeFailedForwards(tunnel, length);
      }
      return state.isUnstable ? l10n.t('up again, but it was lost soon before') : l10n.t('up');
    case 'waiting':
      return length === 'short'
        ? shortError(state.error)
        : l10n.t('retrying: {error}', { error: plainText(errorWords(state.error, l10n).message) });
    case 'failed':
      return describeFailed(tunnel, length);
    case 'stopping':
      return l10n.t('stopping');
  }
}

/** `12 MB received as 1.1 MB, 34 kB sent as 30 kB; 91% saved.`; undefined without compression. */
export function describeCompression({
  compression,
}: Pick<TunnelSnapshot, 'compression'>): string | undefined {
  if (!compression) {
    return undefined;
  }
  const { sent, received } = compression;
  const saved = 1 - (sent.wire + received.wire) / (sent.plain + received.plain);
  const values = {
    received: formatBytes(received.plain),
    receivedAs: formatBytes(received.wire),
    sent: formatBytes(sent.plain),
    sentAs: formatBytes(sent.wire),
    percentage: formatPercentage(Math.abs(saved)),
  };
  return Math.round(saved * 100) >= 0
    ? l10n.t('{received} received as {receivedAs}, {sent} sent as {sentAs}; {percentage} saved.', values)
    : l10n.t(
        '{received} received as {receivedAs}, {sent} sent as {sentAs}; {percentage} larger than without compression.',
        values,
      );
}

/** Where the tunnel is defined, in a word: `user`, `workspace`, or the folder's name. */
export function describeOrigin({ origin, folder }: Pick<TunnelIdentity, 'origin' | 'folder'>): string {
  switch (origin) {
    case 'user':
      return l10n.t('user');
    case 'workspace':
      return l10n.t('workspace');
    case 'folder':
      return folder === undefined ? l10n.t('folder') : folderLabel(plainText(folder));
    case 'sshConfig':
      return l10n.t('SSH config');
  }
}

/** A folder can have the name of another origin, or of one with the word "folder". */
function folderLabel(name: string): string {
  const others = [l10n.t('user'), l10n.t('workspace'), l10n.t('SSH config')].map((word) =>
    word.toLowerCase(),
  );
  const mark = l10n.t('folder {name}', { name: '' }).trim().toLowerCase();
  const isAmbiguous = others.includes(name.toLowerCase()) || name.toLowerCase().includes(mark);
  return isAmbiguous ? l10n.t('folder {name}', { name }) : name;
}

/** Where it is defined, as a phrase: `your user settings`. */
export function originPhrase({ origin, folder }: Pick<TunnelIdentity, 'origin' | 'folder'>): string {
  switch (origin) {
    case 'user':
      return l10n.t('your user settings');
    case 'workspace':
      return l10n.t('the workspace settings');
    case 'folder':
      return folder === undefined
        ? l10n.t('the folder settings')
        : l10n.t('the settings of folder {folder}', { folder: plainText(folder) });
    case 'sshConfig':
      return l10n.t('your SSH config');
  }
}

/** The row for screen readers: whole sentences, without a countdown. */
export function speakTunnel(tunnel: TunnelSnapshot): string {
  const { state, problems } = tunnel;
  const parts = [
    l10n.t('Tunnel {name} from {origin}.', { name: plainText(tunnel.name), origin: originPhrase(tunnel) }),
    speakTunnelState(tunnel),
  ];
  const error = errorOf(state);
  if (error !== undefined && state.status === 'blocked') {
    parts.push(withFullStop(plainText(errorWords(error, l10n).message)));
  }
  if (error !== undefined && problems.length === 0) {
    parts.push(withFullStop(plainText(errorWords(error, l10n).nextStep)));
  }
  return parts.join(' ');
}

/** A host of ssh_config that wasn't started. The badge and the status bar don't count it. */
export function isUnstartedSshConfigHost({ origin, state, problems }: TunnelSnapshot): boolean {
  return origin === 'sshConfig' && (state.status === 'stopped' || problems.length > 0);
}

/** A tunnel with only X11 programs, none of which runs. Its being stopped is normal. */
export function isStoppedProgramTunnel({ state, entry }: TunnelSnapshot): boolean {
  return state.status === 'stopped' && entry !== undefined && isForPrograms(entry.definition);
}

/** Whether it can't go on before the user acts: answers a question, or approves the sign-in elsewhere. */
export function needsPerson(tunnel: TunnelSnapshot): boolean {
  return tunnel.state.status === 'blocked' || isLoginWaiting(tunnel);
}

/** Whether it stays as it is until the user acts. What is tried again by itself may come back without them. */
export function waitsForPerson(tunnel: TunnelSnapshot): boolean {
  return needsPerson(tunnel) || tunnel.state.status === 'failed' || isTunnelDegraded(tunnel);
}

/** Whether the user should look at it: what the view's badge counts. */
export function needsAttention(tunnel: TunnelSnapshot): boolean {
  if (isUnstartedSshConfigHost(tunnel)) {
    return false;
  }
  return needsPerson(tunnel) || isFailing(tunnel);
}

/**
 * A tunnel counts as failing from this many failed attempts on, and still while it connects again: the badge must not
 * flicker.
 */
const failingFromAttempts = 3;

/** Whether it, or a part of it, is down, and waiting may not help. */
export function isFailing(tunnel: TunnelSnapshot): boolean {
  const { state } = tunnel;
  return (
    state.status === 'failed' ||
    failedAttempts(state) >= failingFromAttempts ||
    (state.status === 'up' && state.isUnstable === true) ||
    isTunnelDegraded(tunnel)
  );
}
