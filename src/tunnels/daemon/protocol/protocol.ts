// Every message between a window and the daemon, typed: JSON-RPC 2.0 by vscode-jsonrpc, over a private socket, after
// the handshake (handshake.ts). A change that an older build would misunderstand needs a new major.
import { NotificationType, RequestType, RequestType0, ResponseError } from 'vscode-jsonrpc/node';
import type { TunnelDefinition, X11Program } from '../../config/definition';
import type { Environment } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import type { HopProtection } from '../../model/protection';
import type { ProgramSnapshot } from '../../model/programState';
import type { Question, SecretQuestion } from '../../model/prompt';
import type { CompressionCounts } from '../../model/snapshot';
import type { ForwardState, TunnelState } from '../../model/state';
import type { TunnelActivity } from '../../model/tunnelActivity';
import type { LogLevel } from '../../util/log';

export const protocolMajor = 2 as number;

/** The user's settings for connections, never from a workspace. undefined: not set. */
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
  /** The window's id for it, as in the API. */
  readonly id: string;
  /** The name in the user's settings. */
  readonly name?: string;
  readonly definition: TunnelDefinition;
  readonly settings: ConnectionSettings;
  /** Whether this window wants it up; if not, it only gets reports. */
  readonly want: boolean;
  /** Listen on its ports now, and connect to the server when the first client connects. */
  readonly onDemand?: boolean;
  /** Hash of the facts that the user consented to; absent if no consent is needed. */
  readonly consent?: string;
  /** Absent: the tunnel is the user's own, and symbolic links in its socket paths are followed. */
  readonly project?: ProjectSockets;
  /** The port that "any free port" chose last time, by forwardKey(). */
  readonly rememberedPorts: Readonly<Record<string, number>>;
}

/** For the tunnels of a project: where its socket paths on this machine may lead. */
export interface ProjectSockets {
  /** Folders whose files the project brings along. */
  readonly folders: readonly string[];
  /** Paths that lead elsewhere than written, as the user allowed. All others must not. */
  readonly allowed: readonly SocketLink[];
}
/** A socket path that leads elsewhere than written, through symbolic links. */
export interface SocketLink {
  /** As written. */
  readonly path: string;
  readonly real: string;
}

export interface Lease {
  /** The window's environment, from leasedEnvironment(). Never logged or reported. */
  readonly env: Environment;
  readonly tunnels: readonly LeasedTunnel[];
}

export interface WindowHello {
  readonly windowId: string;
  /** The title that its user sees: the workspace's name. */
  readonly title?: string;
  /** The version of the window's build. */
  readonly version?: string;
  /** The process of the editor itself, which outlives the reload of a window. */
  readonly editorPid?: number;
}
export interface DaemonHello {
  readonly pid: number;
  /** The version of the daemon's build. */
  readonly version?: string;
}

export interface TunnelReport {
  readonly id: string;
  readonly state: TunnelState;
  /** By forwardKey(). */
  readonly forwards: Readonly<Record<string, ForwardState>>;
  readonly compression?: CompressionCounts;
  /** Absent: it isn't connected, or the daemon's build doesn't report this. */
  readonly protection?: readonly HopProtection[];
  /** Absent: it has none, or the daemon's build does not support programs. */
  readonly programs?: readonly ProgramSnapshot[];
}

/** What a definition resolves to on this machine: what a person consents to. */
export interface ResolvedFacts {
  /** In the order of connecting, the destination last. */
  readonly hops: readonly ResolvedHop[];
  /** In a tunnel of a project. */
  readonly socketLinks?: readonly ResolvedLink[];
  /** Changes with anything that consent covers. */
  readonly hash: string;
}
export interface ResolvedLink extends SocketLink {
  /** By a link that lies in the project. */
  readonly leavesProject: boolean;
}
export interface ResolvedHop {
  readonly hostName: string;
  readonly user: string;
  readonly port: number;
  readonly proxyCommand?: string;
}

export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
  /** The tunnel it is about, by the window's id. Absent: it is about the daemon itself. */
  readonly tunnel?: string;
}

/** From which level on a window gets log lines. */
export interface LogThresholds {
  readonly all: LogLevel;
  /** By the window's ids: of tunnels whose own log shows more. */
  readonly tunnels: Readonly<Record<string, LogLevel>>;
}

/** Addresses where tunnels listen. */
export interface ListenAddresses {
  /** Ports of this machine. */
  readonly ports: readonly number[];
  readonly paths?: readonly string[];
  /** Ports of servers; `host` as in the tunnel's definition. */
  readonly remotes?: readonly { readonly host: string; readonly port: number }[];
}

interface TunnelParams {
  readonly id: string;
}

// — Window to daemon ——————————————————————————————————————————————————————————

/** The first request. A second connection with the same id takes over the leases of the first. */
export const hello = new RequestType<WindowHello, DaemonHello, void>('hello');
/** All tunnels of this window: new ones are created, missing ones released, equal ones not touched. */
export const setLease = new RequestType<Lease, null, void>('lease/set');
/** A start by the user, so it may prompt. Answers when the tunnel is up, or with the first error. */
export const startTunnel = new RequestType<TunnelParams, null, void>('tunnel/start');
/** Stops it for every window. Answers when all its listeners are closed. */
export const stopTunnel = new RequestType<TunnelParams, null, void>('tunnel/stop');
/** Stops, for every window, our tunnel that has this forward's port. Answers when the port is free. */
export const stopConflictingTunnel = new RequestType<TunnelParams & { readonly forward: string }, null, void>(
  'tunnel/stopConflicting',
);
/**
 * Runs a program on the server, one of the tunnel's or one that the user typed, and starts the tunnel for it. Answers
 * when the program has connected to the display, or has run for a while; with an error when it can't, or exits at once.
 */
export const runProgram = new RequestType<TunnelParams & { readonly program: X11Program }, null, void>(
  'program/run',
);
/** Ends a program, whichever window started it. Answers when it has ended. */
export const stopProgram = new RequestType<TunnelParams & { readonly program: string }, null, void>(
  'program/stop',
);
export const retryTunnel = new RequestType<TunnelParams, null, void>('tunnel/retry');
/** For Details. Sent about once per second while such a page is visible. An older daemon doesn't know it. */
export const tunnelActivity = new RequestType<TunnelParams, TunnelActivity, void>('tunnel/activity');
export const resolveFacts = new RequestType<
  Pick<LeasedTunnel, 'definition' | 'settings' | 'project'> & { readonly env: Environment },
  ResolvedFacts,
  void
>('resolve');
/** Until it is sent, the window gets lines from `info` on. */
export const setLogThresholds = new RequestType<LogThresholds, null, void>('log/setThresholds');
/** Answers false when another window still has leases; otherwise the daemon stops everything and exits. */
export const shutdown = new RequestType0<boolean, void>('daemon/shutdown');

/**
 * A newer major takes over these addresses: tunnels that use them are stopped for every window, and not started again.
 * Answers when they are free. Sent without a hello, by builds that know only three things of this major: the endpoint
 * file, the handshake and this request. From major 2 on, the first that was published, none of the three may change.
 */
export const yieldAddresses = new RequestType<ListenAddresses, null, void>('daemon/yield');

// — Daemon to window ——————————————————————————————————————————————————————————

export const report = new NotificationType<readonly TunnelReport[]>('tunnel/report');
/** The user has stopped this tunnel in some window: don't start it again automatically. */
export const stoppedByUser = new NotificationType<TunnelParams>('tunnel/stoppedByUser');
/** A newer version has taken it over: don't start it again until this window runs that version, too. */
export const takenOver = new NotificationType<TunnelParams>('tunnel/takenOver');
/** The user has started it in another window: from now on it is wanted here, too. */
export const startedByUser = new NotificationType<
  TunnelParams & {
    /** The start was before this window connected. It does not count if the user had stopped the tunnel here. */
    readonly earlier: boolean;
  }
>('tunnel/startedByUser');
export const log = new NotificationType<LogLine>('log');
/** Answers null when the question was cancelled. */
export const ask = new RequestType<{ readonly question: Question }, string | null, void>('ask');
/** A secret that the window has saved; null if it has none. Never prompts. */
export const recallSecret = new RequestType<{ readonly question: SecretQuestion }, string | null, void>(
  'secret/recall',
);
/** Whether the answer to such a question, saved or typed, was right. */
export const judgeSecret = new NotificationType<{
  readonly question: SecretQuestion;
  readonly right: boolean;
}>('secret/judged');

// — Failures ——————————————————————————————————————————————————————————————————

const tunnelErrorCode = 1;

/** Converts a failure to the form that the protocol carries: its code and its facts. The message is for the log. */
export function toResponseError(error: unknown): ResponseError<TunnelError | undefined> {
  return error instanceof TunnelFailure
    ? new ResponseError(tunnelErrorCode, error.message, error.error)
    : new ResponseError(-32603, String(error), undefined);
}

/** The failure that the other side sent, or the error itself. */
export function fromResponseError(error: unknown): unknown {
  if (error instanceof ResponseError && error.code === tunnelErrorCode && isTunnelError(error.data)) {
    return new TunnelFailure(error.data);
  }
  return error;
}

function isTunnelError(data: unknown): data is TunnelError {
  return typeof data === 'object' && data !== null && 'code' in data && typeof data.code === 'string';
}
