// Describes a tunnel: its state for the row, a sentence for screen readers, and where it is defined.
import { l10n } from 'vscode';
import type { TunnelEntry } from '../../tunnels/config/definition';
import { isForPrograms } from '../../tunnels/config/definition';
import { isTunnelDegraded } from '../../tunnels/model/snapshot';
import type { TunnelIdentity, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { errorOf } from '../../tunnels/model/state';
import type { Need, Phase, TunnelState } from '../../tunnels/model/state';
import { errorWords } from '../../tunnels/errors/errors';
import { asSentence, formatCount, formatDuration, plainText, withFullStop } from './format';
import { describePrograms } from './programWords';
import { networkWordsOf } from './exposure';

const needs: Readonly<Record<Need, string>> = {
  trust: 'needs a trusted workspace',
  consent: 'needs your consent',
  password: 'needs your password',
  passphrase: 'needs your passphrase',
  code: 'needs a one-time code',
  hostKey: 'unknown host key',
};

type Connecting = Extract<TunnelState, { status: 'connecting' }>;
type Waiting = Extract<TunnelState, { status: 'waiting' }>;

function describeAttempt(attempt: number): string {
  return attempt > 1 ? ` (attempt ${attempt})` : '';
}

/** The host of a hop, if the setting has it. The jump hosts of ssh_config aren't known here. */
function hopHost(entry: TunnelEntry | undefined, hop: number): string | undefined {
  const jump = entry?.definition.proxyJump?.[hop];
  return jump === undefined ? undefined : plainText(jump.host);
}

function describePhase(phase: Phase, host: string | undefined): string {
  switch (phase) {
    case 'resolve':
      return 'reading the SSH config';
    case 'tcp':
      return `reaching ${host ?? 'the server'}`;
    case 'hostKey':
      return host === undefined ? 'checking the host key' : `checking the host key of ${host}`;
    case 'auth':
      return host === undefined ? 'signing in' : `signing in to ${host}`;
    case 'forwards':
      return 'opening the forwards';
  }
}

/** The current step while it connects: `signing in (attempt 3)`. */
export function describeStep(state: Connecting, entry: TunnelEntry | undefined): string {
  if (state.asking === true) {
    return 'waiting for your answer';
  }
  const phase = describePhase(state.phase, hopHost(entry, state.hop));
  return `${phase}${describeAttempt(state.attempt)}`;
}

function describeUp(tunnel: TunnelSnapshot): string {
  const { forwards } = tunnel;
  const failed = forwards.filter(({ state }) => state.status === 'failed').length;
  const parts = ['up'];
  const network = networkWordsOf(forwards);
  if (network !== undefined) {
    parts.push(network);
  }
  if (failed > 0) {
    parts.push(`${failed} of ${formatCount(forwards.length, 'forward')} failed`);
  } else if (forwards.length > 0) {
    parts.push(formatCount(forwards.length, 'forward'));
  }
  const programs = describePrograms(tunnel);
  if (programs !== undefined) {
    parts.push(programs);
  }
  return parts.join(' · ');
}

/** `retrying in 4 s (attempt 3)`: changes every second. `state.attempt` counts the attempts made so far. */
export function describeRetry({ attempt, retryAt }: Waiting, now: number): string {
  const when = retryAt > now ? `in ${formatDuration(retryAt - now)}` : 'now';
  return `retrying ${when}${describeAttempt(attempt + 1)}`;
}

function describeFailed(tunnel: TunnelSnapshot): string {
  if (tunnel.problems.length > 0) {
    const where = tunnel.origin === 'sshConfig' ? 'in the SSH config' : 'in its settings';
    return `${formatCount(tunnel.problems.length, 'problem')} ${where}`;
  }
  const error = errorOf(tunnel.state);
  return error === undefined ? 'failed' : `failed: ${plainText(errorWords(error, l10n).message)}`;
}

/** The state in a few words: `up · 2 forwards`. It has no countdown; see describeRetry(). */
export function describeTunnel(tunnel: TunnelSnapshot): string {
  const network = tunnel.state.status === 'up' ? undefined : networkWordsOf(tunnel.forwards);
  return `${describeState(tunnel)}${network === undefined ? '' : ` · ${network}`}`;
}

function describeState(tunnel: TunnelSnapshot): string {
  const { state } = tunnel;
  switch (state.status) {
    case 'stopped':
      if (tunnel.override?.disabled === true) {
        return 'stopped · disabled by you';
      }
      return isStoppedProgramTunnel(tunnel) ? 'connects when a program runs' : 'stopped';
    case 'idle':
      return 'ready: connects on first use';
    case 'blocked':
      return needs[state.need];
    case 'connecting':
      return `connecting: ${describeStep(state, tunnel.entry)}`;
    case 'up':
      return describeUp(tunnel);
    case 'waiting':
      return `retrying: ${plainText(errorWords(state.error, l10n).message)}`;
    case 'failed':
      return describeFailed(tunnel);
    case 'stopping':
      return 'stopping';
  }
}

/** Where the tunnel is defined, in a word: `user`, `workspace`, or the folder's name. */
export function describeOrigin({ origin, folder }: Pick<TunnelIdentity, 'origin' | 'folder'>): string {
  switch (origin) {
    case 'user':
      return 'user';
    case 'workspace':
      return 'workspace';
    case 'folder':
      return folder === undefined ? 'folder' : folderLabel(plainText(folder));
    case 'sshConfig':
      return 'SSH config';
  }
}

/** A folder can have the name of another origin. */
function folderLabel(name: string): string {
  return /^(user|workspace|ssh config|folder\b.*)$/i.test(name) ? `folder ${name}` : name;
}

/** The same as a phrase: "Defined in your user settings". */
export function originPhrase({ origin, folder }: Pick<TunnelIdentity, 'origin' | 'folder'>): string {
  switch (origin) {
    case 'user':
      return 'your user settings';
    case 'workspace':
      return 'the workspace settings';
    case 'folder':
      return folder === undefined ? 'the folder settings' : `the settings of folder ${plainText(folder)}`;
    case 'sshConfig':
      return 'your SSH config';
  }
}

/** The row for screen readers: whole sentences, without a countdown. */
export function speakTunnel(tunnel: TunnelSnapshot): string {
  const { state, problems } = tunnel;
  const parts = [
    `Tunnel ${plainText(tunnel.name)} from ${originPhrase(tunnel)}.`,
    asSentence(describeTunnel(tunnel).replaceAll(' · ', ', ')),
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

/** Whether the user should look at it: what the view's badge counts. */
export function needsAttention(tunnel: TunnelSnapshot): boolean {
  if (isUnstartedSshConfigHost(tunnel)) {
    return false;
  }
  return tunnel.state.status === 'blocked' || isFailing(tunnel);
}

/** A tunnel that is retrying counts as failing from this many failed attempts on. */
const failingFromAttempt = 3;

/** Whether it, or a part of it, is down, and waiting may not help. */
export function isFailing(tunnel: TunnelSnapshot): boolean {
  const { state } = tunnel;
  return (
    state.status === 'failed' ||
    (state.status === 'waiting' && state.attempt >= failingFromAttempt) ||
    isTunnelDegraded(tunnel)
  );
}
