// An error in a few words, for a row: `connection refused`. The sentence and the next step are in its tooltip.
import { l10n } from 'vscode';
import type { TunnelError, TunnelErrorCode } from '../../tunnels/errors/errors';
import type { Attempt } from '../../tunnels/errors/ssh/loginFacts';
import { plainText } from './format';

type ByCode<C extends TunnelErrorCode> = Extract<TunnelError, { readonly code: C }>;

/** Every code has words, which the compiler checks. */
const words: { readonly [C in TunnelErrorCode]: (error: ByCode<C>) => string } = {
  HostNotFound: () => l10n.t('host not found'),
  ConnectionRefused: () => l10n.t('connection refused'),
  ConnectTimeout: ({ during }) =>
    during === 'resolve' ? l10n.t('reading the SSH config took too long') : l10n.t('timed out'),
  HostUnreachable: () => l10n.t('host unreachable'),
  ConnectionLost: () => l10n.t('connection lost'),
  KeepAliveTimeout: () => l10n.t('server stopped answering'),
  ServerBusy: () => l10n.t('server busy'),
  AgentUnavailable: () => l10n.t('SSH agent not reachable'),
  ProxyFailed: ({ proxy }) =>
    proxy === 'jumpHost' ? l10n.t('jump host failed') : l10n.t('ProxyCommand failed'),
  DaemonLost: () => l10n.t('background process ended'),
  AddressInUse: ({ address }) => inUse(address),
  AddressNotAvailable: ({ reason }) =>
    reason === 'folderMissing'
      ? l10n.t('folder missing')
      : reason === 'pathTooLong'
        ? l10n.t('path too long')
        : l10n.t('address not available'),
  RemoteListenRefused: ({ listen, reason }) =>
    reason === 'program' || reason === 'tunnel' || reason === 'stillUsed'
      ? 'path' in listen
        ? l10n.t('in use on the server')
        : l10n.t('port {port} in use on the server', { port: listen.port })
      : l10n.t('refused by the server'),
  PortPermissionDenied: ({ address }) =>
    'path' in address
      ? l10n.t('path not permitted')
      : l10n.t('port {port} not permitted', { port: address.port }),
  HostKeyUnknown: () => l10n.t('unknown host key'),
  HostKeyChanged: () => l10n.t('host key changed'),
  HostKeyRevoked: () => l10n.t('host key revoked'),
  NoCommonAlgorithm: () => l10n.t('no common algorithm'),
  NotAnSshServer: () => l10n.t('not an SSH server'),
  AddressPenalised: () => l10n.t('blocked by the server for a while'),
  AuthenticationFailed: (error) =>
    error.reason === 'rejected' ? rejected(error.tried) : l10n.t('no key or password to try'),
  AuthenticationCancelled: () => l10n.t('sign-in cancelled'),
  TooManyAuthenticationFailures: () => l10n.t('too many keys tried'),
  LoginRefused: () => l10n.t('login refused by the server'),
  KeyUnreadable: () => l10n.t('key file not readable'),
  KeyUnsupported: () => l10n.t('key not supported'),
  ForwardingDisabled: () => l10n.t('forbidden by the server'),
  TargetNotPermitted: () => l10n.t('target not permitted'),
  X11Disabled: () => l10n.t('X11 forbidden by the server'),
  XauthMissing: () => l10n.t('xauth missing'),
  NoDisplay: () => l10n.t('no X11 display'),
  DisplayRefused: () => l10n.t('refused by the X11 display'),
  ProgramNotFound: () => l10n.t('program not found'),
  ProgramFailed: () => l10n.t('program failed'),
  InvalidDefinition: () => l10n.t('invalid configuration'),
  ConsentNeeded: () => l10n.t('needs your consent'),
  WorkspaceUntrusted: () => l10n.t('needs a trusted workspace'),
  TargetRefused: () => l10n.t('target refused'),
  TargetNotFound: () => l10n.t('target not found'),
  TargetUnreachable: () => l10n.t('target unreachable'),
  ServerLimit: () => l10n.t('server limit reached'),
};

export function shortError(error: TunnelError): string {
  // TypeScript doesn't see that the function belongs to the error's own code.
  const describe = words[error.code] as (error: TunnelError) => string;
  // A newer daemon may report a code that this window doesn't know.
  return plainText(typeof describe === 'function' ? describe(error) : l10n.t('failed'));
}

function inUse(address: ByCode<'AddressInUse'>['address']): string {
  return 'path' in address ? l10n.t('path in use') : l10n.t('port {port} in use', { port: address.port });
}

/** Only the last attempt counts: the others were not the one that was meant to work. */
function rejected(tried: readonly Attempt[]): string {
  const last = tried.at(-1);
  if (last !== undefined && 'method' in last) {
    return last.method === 'password' ? l10n.t('wrong password') : l10n.t('sign-in failed');
  }
  return last?.wrongPassphrase === true ? l10n.t('wrong passphrase') : l10n.t('key not accepted');
}
