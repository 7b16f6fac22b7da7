// The state machine of a tunnel as one pure function: the state after an event. Side effects are in daemon/tunnel.
import type { TunnelError } from '../errors/errors';
import type { ConnectingState, LoginWait, Need, Phase, TunnelState } from './state';

export type TunnelEvent =
  /** A window or a client needs it connected. */
  | { readonly type: 'start' }
  /** autoStart "onConnect": its ports are open, and no client has connected yet. */
  | { readonly type: 'listen' }
  /** autoStart "onConnect": no client for a while, so the session is closed and the ports stay open. */
  | { readonly type: 'hangUp' }
  | { readonly type: 'phase'; readonly phase: Phase; readonly hop: number }
  /** It waits for a ProxyCommand, until the next phase. output: the last lines of its standard error. */
  | { readonly type: 'proxyCommand'; readonly output: readonly string[] }
  /** A question to the user was opened or closed. */
  | { readonly type: 'asking'; readonly asking: boolean }
  /** The login has begun or ceased to wait for somebody or something outside of VS Code. */
  | { readonly type: 'waitsFor'; readonly waitsFor: LoginWait | undefined }
  /** All that the server has said during this login. name: `user@host:port` */
  | { readonly type: 'serverText'; readonly text: string; readonly name: string }
  /** at: milliseconds since the epoch. */
  | { readonly type: 'up'; readonly at: number }
  /** The connection has held for a while: the attempts before it are forgotten. */
  | { readonly type: 'held' }
  /** retry: time of the next attempt, in milliseconds since the epoch; undefined: no automatic retry. */
  | {
      readonly type: 'failed';
      readonly error: TunnelError;
      readonly retry: { readonly at: number } | undefined;
    }
  | { readonly type: 'blocked'; readonly need: Need; readonly error: TunnelError }
  /** The wait is over, or the user chose to retry now. */
  | { readonly type: 'retry' }
  | { readonly type: 'stop' }
  /** Everything is closed. */
  | { readonly type: 'stopped' };

type Event<T extends TunnelEvent['type']> = Extract<TunnelEvent, { type: T }>;

/** The state after the event; the same object if the event does not apply to the state. */
export function transition(state: TunnelState, event: TunnelEvent): TunnelState {
  switch (event.type) {
    case 'start':
      return onStart(state);
    case 'listen':
      return state.status === 'stopped' ? { status: 'idle' } : state;
    case 'hangUp':
      return state.status === 'up' ? { status: 'idle' } : state;
    case 'phase':
      return onPhase(state, event);
    case 'proxyCommand':
      return onProxyCommand(state, event);
    case 'asking':
      return onAsking(state, event);
    case 'waitsFor':
      return onWaitsFor(state, event);
    case 'serverText':
      return onServerText(state, event);
    case 'up':
      return state.status === 'connecting'
        ? { status: 'up', since: event.at, attempt: state.attempt, ...stability(state) }
        : state;
    case 'held':
      return state.status === 'up' && state.attempt !== undefined
        ? { status: 'up', since: state.since }
        : state;
    case 'failed':
      return onFailed(state, event);
    case 'blocked':
      return onBlocked(state, event);
    case 'retry':
      return onRetry(state);
    case 'stop':
      return state.status === 'stopped' || state.status === 'stopping' ? state : { status: 'stopping' };
    case 'stopped':
      return state.status === 'stopping' ? { status: 'stopped' } : state;
  }
}

function connecting(attempt: number, lastError?: TunnelError): TunnelState {
  const isUnstable = lastError?.code === 'ConnectionLost' && lastError.kind === 'lostSoon';
  return { status: 'connecting', attempt, phase: 'resolve', hop: 0, ...(isUnstable && { isUnstable }) };
}

function stability({ isUnstable }: ConnectingState): { isUnstable?: true } {
  return isUnstable ? { isUnstable } : {};
}

function onStart(state: TunnelState): TunnelState {
  switch (state.status) {
    case 'connecting':
    case 'up':
    case 'stopping':
      return state;
    case 'waiting':
      return connecting(state.attempt, state.error);
    case 'stopped':
    case 'idle':
    case 'blocked':
    case 'failed':
      return connecting(1);
  }
}

function onPhase(state: TunnelState, { phase, hop }: Event<'phase'>): TunnelState {
  return state.status === 'connecting'
    ? { status: 'connecting', attempt: state.attempt, phase, hop, ...stability(state) }
    : state;
}

function onAsking(state: TunnelState, { asking }: Event<'asking'>): TunnelState {
  if (state.status !== 'connecting' || (state.asking ?? false) === asking) {
    return state;
  }
  return { ...stepOf(state), ...(asking && { asking }) };
}

function onWaitsFor(state: TunnelState, { waitsFor }: Event<'waitsFor'>): TunnelState {
  if (state.status !== 'connecting' || state.waitsFor === waitsFor) {
    return state;
  }
  if (waitsFor === undefined) {
    return stepOf(state);
  }
  const { phase, ...rest } = stepOf(state);
  return phase === 'auth' ? { ...rest, phase, waitsFor } : state;
}

function onProxyCommand(state: TunnelState, { output }: Event<'proxyCommand'>): TunnelState {
  return state.status === 'connecting' && state.phase === 'tcp' ? { ...state, proxyCommand: output } : state;
}

function onServerText(state: TunnelState, { text, name }: Event<'serverText'>): TunnelState {
  return state.status === 'connecting' && state.serverText !== text
    ? { ...state, serverText: text, serverName: name }
    : state;
}

/** Without what it waits for. */
function stepOf(state: ConnectingState): ConnectingStep {
  const { attempt, phase, hop, serverText, serverName } = state;
  return {
    status: 'connecting',
    attempt,
    phase,
    hop,
    ...(serverText !== undefined && { serverText }),
    ...(serverName !== undefined && { serverName }),
    ...stability(state),
  };
}

type ConnectingStep = Omit<ConnectingState, 'asking' | 'waitsFor'>;

function onFailed(state: TunnelState, { error, retry }: Event<'failed'>): TunnelState {
  if (state.status !== 'connecting' && state.status !== 'up') {
    return state;
  }
  if (retry === undefined) {
    return { status: 'failed', error };
  }
  return { status: 'waiting', attempt: state.attempt ?? 1, retryAt: retry.at, error };
}

function onBlocked(state: TunnelState, { need, error }: Event<'blocked'>): TunnelState {
  switch (state.status) {
    case 'stopped':
    case 'idle':
    case 'connecting':
    case 'up':
    case 'waiting':
      return { status: 'blocked', need, error };
    case 'blocked':
    case 'failed':
    case 'stopping':
      return state;
  }
}

function onRetry(state: TunnelState): TunnelState {
  switch (state.status) {
    case 'waiting':
      return connecting(state.attempt + 1, state.error);
    case 'blocked':
    case 'failed':
      return connecting(1);
    case 'stopped':
    case 'idle':
    case 'connecting':
    case 'up':
    case 'stopping':
      return state;
  }
}
