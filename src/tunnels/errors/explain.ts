// The explanation of an error: which function of this folder's `explain/` is responsible for its code.
import type { TunnelError, TunnelErrorCode } from './errors';
import type { Case, Circumstances, Explanation } from './explanation';
import * as hostKeys from './explain/hostKeys';
import * as listening from './explain/listening';
import * as login from './explain/login';
import * as permission from './explain/permission';
import * as reaching from './explain/reaching';
import * as remoteListening from './explain/remoteListening';
import * as targets from './explain/targets';
import * as x11 from './explain/x11';

type Explainer = (given: Case) => Explanation;

const explainers: Readonly<Record<TunnelErrorCode, Explainer>> = {
  HostNotFound: reaching.hostNotFound,
  ConnectionRefused: reaching.connectionRefused,
  ConnectTimeout: reaching.connectTimeout,
  HostUnreachable: reaching.hostUnreachable,
  ConnectionLost: reaching.connectionLost,
  KeepAliveTimeout: reaching.keepAliveTimeout,
  ServerBusy: reaching.serverBusy,
  AddressPenalised: reaching.addressPenalised,
  NotAnSshServer: reaching.notAnSshServer,
  ProxyFailed: reaching.proxyFailed,
  NoCommonAlgorithm: reaching.noCommonAlgorithm,
  HostKeyUnknown: hostKeys.hostKeyUnknown,
  HostKeyChanged: hostKeys.hostKeyChanged,
  HostKeyRevoked: hostKeys.hostKeyRevoked,
  AuthenticationFailed: login.authenticationFailed,
  AuthenticationCancelled: login.authenticationCancelled,
  TooManyAuthenticationFailures: login.tooManyFailures,
  KeyUnreadable: login.keyUnreadable,
  KeyUnsupported: login.keyUnsupported,
  AgentUnavailable: login.agentUnavailable,
  AddressInUse: listening.addressInUse,
  AddressNotAvailable: listening.addressNotAvailable,
  PortPermissionDenied: listening.portPermissionDenied,
  RemoteListenRefused: remoteListening.remoteListenRefused,
  ForwardingDisabled: remoteListening.forwardingDisabled,
  TargetNotPermitted: targets.targetNotPermitted,
  TargetRefused: targets.targetRefused,
  TargetNotFound: targets.targetNotFound,
  TargetUnreachable: targets.targetUnreachable,
  X11Disabled: x11.x11Disabled,
  XauthMissing: x11.xauthMissing,
  NoDisplay: x11.noDisplay,
  DisplayRefused: x11.displayRefused,
  ProgramNotFound: x11.programNotFound,
  ProgramFailed: x11.programFailed,
  InvalidDefinition: permission.invalidDefinition,
  ConsentNeeded: permission.consentNeeded,
  WorkspaceUntrusted: permission.workspaceUntrusted,
  DaemonLost: permission.daemonLost,
};

export function explain(error: TunnelError, circumstances: Circumstances): Explanation {
  return explainers[error.code]({ ...circumstances, error, facts: error.facts ?? {} });
}
