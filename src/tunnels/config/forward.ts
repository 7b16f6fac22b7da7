// What one forward is: where it listens and what it reaches, in the terms of OpenSSH's -L, -R and -D.
import { formatAddress, isLoopback } from '../util/address';
import type { Address, SocketPath } from '../util/address';

export interface TcpListen {
  /** As written; undefined: loopback, on 127.0.0.1 and on ::1 where there is one. `*` and `` (empty) are every interface. */
  readonly bind: string | undefined;
  /** 0: any free port. */
  readonly port: number;
}
export type Listen = TcpListen | SocketPath;

export const ifPortBusyValues = ['fail', 'ask', 'next'] as const;
export type IfPortBusy = (typeof ifPortBusyValues)[number];

interface ForwardDetails {
  readonly listen: Listen;
  /** How people and settings call it; the listen port or path unless named. Unique within its tunnel. */
  readonly label: string;
  readonly env?: string;
  readonly protocol?: string;
  readonly ifPortBusy: IfPortBusy;
}
export interface LocalForward extends ForwardDetails {
  readonly kind: 'local';
  readonly target: Address;
}
export interface RemoteForward extends ForwardDetails {
  readonly kind: 'remote';
  /** undefined: a SOCKS proxy on the server (`-R port`). */
  readonly target: Address | undefined;
}
export interface DynamicForward extends ForwardDetails {
  readonly kind: 'dynamic';
}
export type Forward = LocalForward | RemoteForward | DynamicForward;
export type ForwardKind = Forward['kind'];

export function formatListen(listen: Listen): string {
  if ('path' in listen) {
    return listen.path;
  }
  return listen.bind === undefined
    ? String(listen.port)
    : formatAddress({ host: listen.bind || '*', port: listen.port });
}

export function forwardTarget(forward: Forward): Address | undefined {
  return forward.kind === 'dynamic' ? undefined : forward.target;
}

/** What makes two forwards the same one: kind, listen and target; not the label. Serves as the forward's key. */
export function forwardKey(forward: Forward): string {
  const target = forwardTarget(forward);
  return `${forward.kind} ${formatListen(forward.listen)} ${target ? formatAddress(target) : '-'}`;
}

/** Whether it listens wider than the loopback of the machine it listens on. */
export function isWideBind(listen: Listen): boolean {
  return 'port' in listen && listen.bind !== undefined && !isLoopback(listen.bind);
}
