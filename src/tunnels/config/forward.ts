// What a forward is: its bind address and its target, as in OpenSSH's -L, -R and -D.
import { formatAddress, isLoopback } from '../util/address';
import type { Address, SocketPath } from '../util/address';

export interface TcpListen {
  /** As written; undefined: loopback (127.0.0.1, and ::1 if there is one). `*` and `` (empty) are all interfaces. */
  readonly bind: string | undefined;
  /** 0: any free port. */
  readonly port: number;
}
export type Listen = TcpListen | SocketPath;

export const ifPortBusyValues = ['fail', 'ask', 'next'] as const;
export type IfPortBusy = (typeof ifPortBusyValues)[number];

interface ForwardDetails {
  readonly listen: Listen;
  /** Its name for display and in settings; by default the port or path. Unique within its tunnel. */
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

/** The addresses that a bind address stands for. `optional`: the machine may lack the address family. */
export function bindAddresses(bind: string | undefined): readonly { host: string; optional: boolean }[] {
  switch (bind) {
    case undefined:
    case 'localhost':
      return [
        { host: '127.0.0.1', optional: false },
        { host: '::1', optional: true },
      ];
    case '':
    case '*':
      return [
        { host: '0.0.0.0', optional: false },
        { host: '::', optional: true },
      ];
    default:
      return [{ host: bind, optional: false }];
  }
}

/** All addresses where a listener listens. */
export function listenAddresses(listen: Listen): readonly Address[] {
  return 'path' in listen
    ? [listen]
    : bindAddresses(listen.bind).map(({ host }) => ({ host, port: listen.port }));
}

/** The key of a forward: two are the same if kind, listen and target are equal, whatever the label. */
export function forwardKey(forward: Forward): string {
  const target = forwardTarget(forward);
  return `${forward.kind} ${formatListen(forward.listen)} ${target ? formatAddress(target) : '-'}`;
}

/** Whether it listens beyond loopback. */
export function isWideBind(listen: Listen): boolean {
  return 'port' in listen && listen.bind !== undefined && !isLoopback(listen.bind);
}
