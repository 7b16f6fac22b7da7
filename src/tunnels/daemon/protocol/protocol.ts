// Every message between a window and the daemon, typed. JSON-RPC 2.0 by vscode-jsonrpc, over a private socket,
// after the handshake (handshake.ts). A change that an older build would misunderstand needs a new major.
import { NotificationType, RequestType, RequestType0, ResponseError } from 'vscode-jsonrpc/node';
import type { TunnelDefinition, X11Program } from '../../config/definition';
import type { Environment } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import type { ProgramSnapshot } from '../../model/programState';
import type { Question, SecretQuestion } from '../../model/prompt';
import type { CompressionCounts } from '../../model/snapshot';
import type { ForwardState, TunnelState } from '../../model/state';

export const protocolMajor = 1 as number;

/** The user's settings that bear on a connection; undefined: not set. Never from a workspace. */
export interface ConnectionSettings {
  readonly sshConfigFile?: string;
  readonly userKnownHostsFile?: string;
  readonly identityAgent?: string;
  readonly strictHostKeyChecking?: 'ask' | 'accept-new' | 'yes';
  /** Seconds. */
  readonly serverAliveInterval?: number;
  readonly serverAliveCountMax?: number;
  /** Seconds. */
  readonly connectTimeout?: number;
  /** Seconds. */
  readonly reconnectMaxDelay: number;
}

export interface LeasedTunnel {
  /** The window's own name for it, as in the API. */
  readonly id: string;
  /** How its user calls it. */
  readonly name?: string;
  readonly definition: TunnelDefinition;
  readonly settings: ConnectionSettings;
  /** Whether this window wants it up; otherwise it only watches. */
  readonly want: boolean;
  /** It wants its ports listened on, and the server dialled when the first client comes. */
  readonly onDemand?: boolean;
  /** Hash of the facts the user consented to; absent where no consent is needed. */
  readonly consent?: string;
  /** The port that "any free port" meant last time, by forwardKey(). */
  readonly rememberedPorts: Readonly<Record<string, number>>;
}

export interface Lease {
  /** Of the window, as leasedEnvironment() makes it. It stands in no log and in no report. */
  readonly env: Environment;
  readonly tunnels: readonly LeasedTunnel[];
}

export interface WindowHello {
  readonly windowId: string;
  /** As its user sees it: the workspace's name. */
  readonly title?: string;
  /** Of the window's build. */
  readonly version?: string;
}
export interface DaemonHello {
  readonly pid: number;
  /** Of the host's build. */
  readonly version?: string;
}

export interface TunnelReport {
  readonly id: string;
  readonly state: TunnelState;
  /** By forwardKey(). */
  readonly forwards: Readonly<Record<string, ForwardState>>;
  readonly compression?: CompressionCounts;
  /** Absent: it has none, or the host is of a build that knows none. */
  readonly programs?: readonly ProgramSnapshot[];
}

/** What a definition really means on this machine: what a person consents to. */
export interface ResolvedFacts {
  /** In the order they are dialled, the destination last. */
  readonly hops: readonly ResolvedHop[];
  /** Covers everything that consent is given for. */
  readonly hash: string;
}
export interface ResolvedHop {
  readonly hostName: string;
  readonly user: string;
  readonly port: number;
  readonly proxyCommand?: string;
}

export interface LogLine {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** Where tunnels listen. */
export interface Places {
  /** Of this machine. */
  readonly ports: readonly number[];
  readonly paths?: readonly string[];
  /** Of servers, by the tunnel's own name for the server. */
  readonly remotes?: readonly { readonly host: string; readonly port: number }[];
}

interface TunnelParams {
  readonly id: string;
}

// — Window to host ————————————————————————————————————————————————————————————

/** First of all. A second connection under the same id takes over the first one's leases. */
export const hello = new RequestType<WindowHello, DaemonHello, void>('hello');
/** All the tunnels of this window: what is new is made so, what is missing is released, what is equal is not touched. */
export const setLease = new RequestType<Lease, null, void>('lease/set');
/** A start the user asked for: it may ask. Answers when the tunnel is up, or with the first error. */
export const startTunnel = new RequestType<TunnelParams, null, void>('tunnel/start');
/** Stops it for every window. Answers when nothing is left listening. */
export const stopTunnel = new RequestType<TunnelParams, null, void>('tunnel/stop');
/** Stops, for every window, the tunnel of ours that has the place which this forward wants. Answers when it is free. */
export const stopRival = new RequestType<TunnelParams & { readonly forward: string }, null, void>(
  'tunnel/stopRival',
);
/**
 * Runs a program of the server, one of the tunnel's own or one that the user has typed, and brings the tunnel up for it.
 * Answers when it has reached the display, or has run for a while; with an error where it can't, or ends at once.
 */
export const runProgram = new RequestType<TunnelParams & { readonly program: X11Program }, null, void>(
  'program/run',
);
/** Ends a program, wherever it was started. Answers when it has ended. */
export const stopProgram = new RequestType<TunnelParams & { readonly program: string }, null, void>(
  'program/stop',
);
export const retryTunnel = new RequestType<TunnelParams, null, void>('tunnel/retry');
export const resolveFacts = new RequestType<
  Pick<LeasedTunnel, 'definition' | 'settings'> & { readonly env: Environment },
  ResolvedFacts,
  void
>('resolve');
/** Answers false when another window still leases something; otherwise the host stops everything and ends. */
export const shutdown = new RequestType0<boolean, void>('host/shutdown');

/**
 * A newer major takes these places over: tunnels that have them are let go for every window, and not started again.
 * Answers when nobody listens there any more. Said without a hello, and by builds that know no more of this major than
 * the endpointFile file, the handshake and this: none of the three ever changes.
 */
export const yieldPlaces = new RequestType<Places, null, void>('host/yield');

// — Host to window ————————————————————————————————————————————————————————————

export const report = new NotificationType<readonly TunnelReport[]>('tunnel/report');
/** The user has stopped this tunnel in some window: it is not to be started by itself again. */
export const stoppedByUser = new NotificationType<TunnelParams>('tunnel/stoppedByUser');
/** A newer version has taken it over: it is not to be started again until this window is of that version, too. */
export const handedOver = new NotificationType<TunnelParams>('tunnel/handedOver');
/** The user has started it in another window: from now on it is wanted here too. */
export const startedByUser = new NotificationType<
  TunnelParams & {
    /** Before this window came: where its user has stopped it, it is not wanted. */
    readonly earlier: boolean;
  }
>('tunnel/startedByUser');
export const log = new NotificationType<LogLine>('log');
/** Answers null when it was cancelled. */
export const ask = new RequestType<TunnelParams & { readonly question: Question }, string | null, void>(
  'ask',
);
/** A secret that the window keeps; null where it keeps none. Opens no box. */
export const recallSecret = new RequestType<{ readonly question: SecretQuestion }, string | null, void>(
  'secret/recall',
);
/** How the answer to such a question went, recalled or typed. */
export const judgeSecret = new NotificationType<{
  readonly question: SecretQuestion;
  readonly right: boolean;
}>('secret/judged');

// — Failures ——————————————————————————————————————————————————————————————————

const tunnelErrorCode = 1;

/** A failure as the protocol carries it. */
export function toResponseError(error: unknown): ResponseError<TunnelError | undefined> {
  return error instanceof TunnelFailure
    ? new ResponseError(tunnelErrorCode, error.message, error.error)
    : new ResponseError(-32603, String(error), undefined);
}

/** The failure that the other side sent, or whatever else went wrong. */
export function fromResponseError(error: unknown): unknown {
  if (error instanceof ResponseError && error.code === tunnelErrorCode && isTunnelError(error.data)) {
    return new TunnelFailure(error.data);
  }
  return error;
}

function isTunnelError(data: unknown): data is TunnelError {
  return typeof data === 'object' && data !== null && 'code' in data && 'nextStep' in data;
}
