// Describes a forward: where it listens, its target, its traffic and its last error.
import { l10n } from 'vscode';
import { errorWords } from '../../tunnels/errors/errors';
import { formatAddress, isLoopback, isSocketPath } from '../../tunnels/util/address';
import type { Address } from '../../tunnels/util/address';
import { formatListen, forwardTarget } from '../../tunnels/config/forward';
import type { Forward } from '../../tunnels/config/forward';
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';
import { shownHost } from './exactText';
import { asSentence, formatBytes, joinParts, plainText, withFullStop } from './format';
import { describeBindMismatch, networkWords } from './exposure';
import { serviceOf } from '../services/service';
import { shortError } from './shortError';

/** Only the port for a loopback address. */
function shortAddress(address: Address): string {
  return !isSocketPath(address) && isLoopback(address.host) ? String(address.port) : formatAddress(address);
}

function configuredListen({ listen }: Forward): string {
  if ('path' in listen) {
    return listen.path;
  }
  if (listen.port === 0) {
    return l10n.t('any free port');
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
    return plainText(isSocketPath(target) ? target.path : shownHost(formatAddress(target)));
  }
  return forward.kind === 'remote' ? l10n.t('SOCKS proxy through this machine') : l10n.t('SOCKS proxy');
}

function routeFrom(listen: string, forward: Forward): string {
  const target = describeTarget(forward);
  return forward.kind === 'remote'
    ? l10n.t('server {address} → {target}', { address: listen, target })
    : `${listen} → ${target}`;
}

/** The route as the settings have it: `5432 → db.internal:5432`. */
export function describeSetRoute(forward: Forward): string {
  return routeFrom(plainText(formatListen(forward.listen)), forward);
}

/** The whole route: `127.0.0.1:5432 → db.internal:5432`. */
export function describeRoute(snapshot: ForwardSnapshot): string {
  return routeFrom(allListenAddresses(snapshot), snapshot.forward);
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
  return joinParts([forwardTitle(snapshot), ...(service === undefined ? [] : [service])]);
}

function shortRoute(snapshot: ForwardSnapshot): string {
  const { forward } = snapshot;
  return isDefaultLabel(forward) && forward.kind !== 'remote'
    ? `→ ${describeTarget(forward)}`
    : routeFrom(shortListen(snapshot), forward);
}

/**
 * The rest of the row: `5432 → db.internal:5432 · 2 open · 34 MB`, or `· 2 MB/s` instead while bytes flow.
 * @param rate bytes per second
 */
export function describeForward(snapshot: ForwardSnapshot, rate = 0): string {
  const { state } = snapshot;
  const parts = [shortRoute(snapshot)];
  if (state.status === 'failed') {
    return shortError(state.error);
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
    parts.push(l10n.t('opening'));
  }
  if (state.status === 'listening') {
    if (state.connections > 0) {
      parts.push(
        describeConnections(state.connections),
        rate > 0
          ? l10n.t('{size}/s', { size: formatBytes(rate) })
          : formatBytes(state.bytesIn + state.bytesOut),
      );
    } else if (state.lastError !== undefined) {
      parts.push(shortError(state.lastError));
    }
  }
  return joinParts(parts);
}

/** `none open`, `2 open`. */
export function describeConnections(count: number): string {
  return count === 0 ? l10n.t('none open') : l10n.t('{count} open', { count });
}

/** `12 kB received, 3 kB sent`; undefined before the first byte. */
export function describeTraffic({ state }: ForwardSnapshot): string | undefined {
  return state.status === 'listening' && state.bytesIn + state.bytesOut > 0
    ? l10n.t('{received} received, {sent} sent', {
        received: formatBytes(state.bytesIn),
        sent: formatBytes(state.bytesOut),
      })
    : undefined;
}

/** `listening` */
export function forwardStatus({ status }: ForwardSnapshot['state']): string {
  switch (status) {
    case 'closed':
      return l10n.t('closed');
    case 'opening':
      return l10n.t('opening');
    case 'failed':
      return l10n.t('failed');
    case 'listening':
      return l10n.t('listening');
  }
}

function speakConnections(count: number): string {
  switch (count) {
    case 0:
      return l10n.t('Listening, no open connections.');
    case 1:
      return l10n.t('Listening, 1 open connection.');
    default:
      return l10n.t('Listening, {count} open connections.', { count });
  }
}

function speakState(snapshot: ForwardSnapshot): readonly string[] {
  const { state } = snapshot;
  switch (state.status) {
    case 'closed':
    case 'opening':
      return [asSentence(forwardStatus(state))];
    case 'failed':
      return [
        l10n.t('Failed: {error}', { error: withFullStop(plainText(errorWords(state.error, l10n).message)) }),
        withFullStop(plainText(errorWords(state.error, l10n).nextStep)),
      ];
    case 'listening': {
      const network = networkWords(snapshot);
      const mismatch = describeBindMismatch(snapshot);
      const last = state.lastError && withFullStop(plainText(errorWords(state.lastError, l10n).message));
      return [
        speakConnections(state.connections),
        ...(network === undefined ? [] : [asSentence(network)]),
        ...(mismatch ? [mismatch.sentence] : []),
        ...(last === undefined ? [] : [l10n.t('Last error: {error}', { error: last })]),
      ];
    }
  }
}

/** `Local forward`. */
export function forwardKindName({ kind }: Forward): string {
  switch (kind) {
    case 'local':
      return l10n.t('Local forward');
    case 'remote':
      return l10n.t('Remote forward');
    case 'dynamic':
      return l10n.t('SOCKS proxy');
  }
}

function speakRoute(snapshot: ForwardSnapshot): string {
  const { forward } = snapshot;
  const service = unnamedService(snapshot);
  const title = forwardTitle(snapshot);
  const name = service === undefined ? title : `${title}, ${service}`;
  const listen = allListenAddresses(snapshot);
  const target = describeTarget(forward);
  switch (forward.kind) {
    case 'local':
      return l10n.t('Local forward {name}, from {listen} to {target}.', { name, listen, target });
    case 'remote':
      return l10n.t('Remote forward {name}, from server {listen} to {target}.', { name, listen, target });
    case 'dynamic':
      return l10n.t('SOCKS proxy {name}, on {listen}.', { name, listen });
  }
}

/** The row for screen readers. */
export function speakForward(snapshot: ForwardSnapshot): string {
  return [speakRoute(snapshot), ...speakState(snapshot)].join(' ');
}
