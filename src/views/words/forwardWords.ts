// Describes a forward: where it listens, its target, its traffic and its last error.
import { formatAddress, isLoopback, isSocketPath } from '../../tunnels/util/address';
import type { Address } from '../../tunnels/util/address';
import { formatListen, forwardTarget } from '../../tunnels/config/forward';
import type { Forward } from '../../tunnels/config/forward';
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';
import { asSentence, formatBytes, formatCount, plainText, withFullStop } from './format';
import { describeBindMismatch, networkWords } from './exposure';
import { serviceOf } from '../services/service';

/** Only the port for a loopback address. */
function shortAddress(address: Address): string {
  return !isSocketPath(address) && isLoopback(address.host) ? String(address.port) : formatAddress(address);
}

function configuredListen({ listen }: Forward): string {
  if ('path' in listen) {
    return listen.path;
  }
  if (listen.port === 0) {
    return 'any free port';
  }
  return listen.bind !== undefined && isLoopback(listen.bind) ? String(listen.port) : formatListen(listen);
}

/** Where clients connect, as short as possible: `5432`, `0.0.0.0:5432`, `/tmp/docker.sock`. */
function shortListen({ forward, state }: ForwardSnapshot): string {
  const bound = state.status === 'listening' ? state.bound[0] : undefined;
  return plainText(bound === undefined ? configuredListen(forward) : shortAddress(bound));
}

/** Every address it is bound to, or the configured one while it isn't listening. */
export function listenAddresses({ forward, state }: ForwardSnapshot): readonly string[] {
  if (state.status === 'listening' && state.bound.length > 0) {
    return state.bound.map((address) => plainText(formatAddress(address)));
  }
  const { listen } = forward;
  return [
    'port' in listen && listen.bind === undefined && listen.port > 0
      ? `127.0.0.1:${listen.port}`
      : plainText(configuredListen(forward)),
  ];
}

function allListenAddresses(snapshot: ForwardSnapshot): string {
  return listenAddresses(snapshot).join(', ');
}

export function describeTarget(forward: Forward): string {
  const target = forwardTarget(forward);
  if (target !== undefined) {
    return plainText(formatAddress(target));
  }
  return forward.kind === 'remote' ? 'SOCKS proxy through this machine' : 'SOCKS proxy';
}

function sidePrefix(forward: Forward): string {
  return forward.kind === 'remote' ? 'server ' : '';
}

/** The whole route: `127.0.0.1:5432 → db.internal:5432`. */
export function describeRoute(snapshot: ForwardSnapshot): string {
  return `${sidePrefix(snapshot.forward)}${allListenAddresses(snapshot)} → ${describeTarget(snapshot.forward)}`;
}

/** Whether the label is only the listen port or path, because the settings have none. */
export function isDefaultLabel({ label, listen }: Forward): boolean {
  return label === formatListen(listen) || label === ('path' in listen ? listen.path : String(listen.port));
}

/** The row's name: the label, or else where it really listens. */
export function forwardTitle(snapshot: ForwardSnapshot): string {
  return isDefaultLabel(snapshot.forward) ? shortListen(snapshot) : plainText(snapshot.forward.label);
}

/** The service at the target, such as `PostgreSQL`, if the forward has no label. */
function unnamedService({ forward }: ForwardSnapshot): string | undefined {
  return isDefaultLabel(forward) ? plainText(serviceOf(forward)?.name ?? '') || undefined : undefined;
}

/** The name with the service: `5432 · PostgreSQL`. */
export function forwardHeading(snapshot: ForwardSnapshot): string {
  const service = unnamedService(snapshot);
  return `${forwardTitle(snapshot)}${service === undefined ? '' : ` · ${service}`}`;
}

function shortRoute(snapshot: ForwardSnapshot): string {
  const { forward } = snapshot;
  const target = `→ ${describeTarget(forward)}`;
  return isDefaultLabel(forward) && forward.kind !== 'remote'
    ? target
    : `${sidePrefix(forward)}${shortListen(snapshot)} ${target}`;
}

/** The rest of the row: `5432 → db.internal:5432 · 2 open · 34 MB`. */
export function describeForward(snapshot: ForwardSnapshot): string {
  const { state } = snapshot;
  const parts = [shortRoute(snapshot)];
  if (state.status === 'failed') {
    return `failed: ${plainText(state.error.message)}`;
  }
  const network = networkWords(snapshot);
  if (network !== undefined) {
    parts.unshift(network);
  }
  const mismatch = describeBindMismatch(snapshot);
  if (mismatch) {
    parts.push(mismatch.brief);
  }
  if (state.status === 'opening') {
    parts.push('opening');
  }
  if (state.status === 'listening') {
    if (state.connections > 0) {
      parts.push(`${state.connections} open`, formatBytes(state.bytesIn + state.bytesOut));
    } else if (state.lastError !== undefined) {
      parts.push(plainText(state.lastError.message));
    }
  }
  return parts.join(' · ');
}

/** `12 kB received, 3 kB sent`; undefined before the first byte. */
export function describeTraffic({ state }: ForwardSnapshot): string | undefined {
  return state.status === 'listening' && state.bytesIn + state.bytesOut > 0
    ? `${formatBytes(state.bytesIn)} received, ${formatBytes(state.bytesOut)} sent`
    : undefined;
}

function speakState(snapshot: ForwardSnapshot): string {
  const { state } = snapshot;
  switch (state.status) {
    case 'closed':
      return 'Closed.';
    case 'opening':
      return 'Opening.';
    case 'failed':
      return `Failed: ${withFullStop(plainText(state.error.message))} ${withFullStop(plainText(state.error.nextStep))}`;
    case 'listening': {
      const network = networkWords(snapshot);
      const exposure = network === undefined ? '' : ` ${asSentence(network)}`;
      const open =
        state.connections === 0 ? 'no open connections' : formatCount(state.connections, 'open connection');
      const last =
        state.lastError === undefined
          ? ''
          : ` Last error: ${withFullStop(plainText(state.lastError.message))}`;
      const mismatch = describeBindMismatch(snapshot);
      return `Listening, ${open}.${exposure}${mismatch ? ` ${mismatch.sentence}` : ''}${last}`;
    }
  }
}

const kindNames: Readonly<Record<Forward['kind'], string>> = {
  local: 'Local forward',
  remote: 'Remote forward',
  dynamic: 'SOCKS proxy',
};

/** `Local forward`. */
export function forwardKindName({ kind }: Forward): string {
  return kindNames[kind];
}

/** The row for screen readers. */
export function speakForward(snapshot: ForwardSnapshot): string {
  const { forward } = snapshot;
  const service = unnamedService(snapshot);
  const name = `${kindNames[forward.kind]} ${forwardTitle(snapshot)}${service === undefined ? '' : `, ${service}`}`;
  const route =
    forward.kind === 'dynamic'
      ? `on ${allListenAddresses(snapshot)}`
      : `from ${sidePrefix(forward)}${allListenAddresses(snapshot)} to ${describeTarget(forward)}`;
  return `${name}, ${route}. ${speakState(snapshot)}`;
}
