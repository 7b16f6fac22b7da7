// Errors when the server can't listen for a remote forward.
import type { ErrorFacts, TunnelError } from './errors';
import { formatListen } from '../config/forward';
import type { Listen } from '../config/forward';
import type { TunnelHolder } from './portHolder';
import { failure } from './errors';

/** On a Unix server, only root can listen on lower ports. */
const firstUnprivileged = 1024;

/** The reason is unknown: OpenSSH reports none when bind(2) fails. */
export function remoteListenRefused(listen: Listen, host: string, detail?: string): TunnelError {
  if ('path' in listen) {
    return failure(
      'RemoteListenRefused',
      `${host} could not create the socket ${listen.path}: it already exists, its folder doesn't exist, or your user can't write there.`,
      'Remove it on the server if it is not needed, pick another path, or ask the administrator for "StreamLocalBindUnlink yes" in its sshd_config.',
      detail,
      factsOf(listen, host),
    );
  }
  if (listen.port > 0 && listen.port < firstUnprivileged) {
    return failure(
      'RemoteListenRefused',
      `${host} could not listen on ${whereOf(listen)}: ports below ${firstUnprivileged} are for root only, or it is in use there.`,
      `Pick a remote port of ${firstUnprivileged} or above.`,
      detail,
      factsOf(listen, host),
    );
  }
  return failure(
    'RemoteListenRefused',
    `${host} could not listen on ${whereOf(listen)}: it is in use there, or not an address of that machine.`,
    'Pick another remote port, or 0 for any free one; until then it is retried automatically.',
    detail,
    factsOf(listen, host),
  );
}

/** The server still has the port for our own lost connection, which it considers alive. */
export function remoteListenStillUsed(listen: Listen, host: string, detail?: string): TunnelError {
  return failure(
    'RemoteListenRefused',
    `${host} still uses ${whereOf(listen)} for the connection that was lost.`,
    'Retrying automatically until the server frees it; "ClientAliveInterval 15" in its sshd_config makes that faster.',
    detail,
    factsOf(listen, host),
  );
}

export function remoteListenTaken(listen: Listen, host: string, detail?: string): TunnelError {
  return failure(
    'RemoteListenRefused',
    `${host} could not listen on ${whereOf(listen)}: another program there uses it.`,
    'Pick another remote port, or stop that program on the server; until then it is retried automatically.',
    detail,
    factsOf(listen, host),
  );
}

/** Another tunnel has the port. The forward is retried when that tunnel frees it. */
export function remoteListenUsedByTunnel(listen: Listen, host: string, holder: TunnelHolder): TunnelError {
  const isSocket = 'path' in listen;
  const where = whereOf(listen).replace(/^port/, 'Port');
  const { tunnel, window } = holder;
  const whose = window === undefined ? '' : ` of the window "${window}"`;
  return failure(
    'RemoteListenRefused',
    `${isSocket ? `The socket ${where}` : where} on the server ${host} is used by the tunnel "${tunnel}"${whose}.`,
    `Stop "${tunnel}", or pick another ${isSocket ? 'path' : 'remote port'}.`,
    undefined,
    { ...factsOf(listen, host), holder },
  );
}

export function remoteForwardingDisabled(listen: Listen, host: string, detail?: string): TunnelError {
  const option = 'path' in listen ? 'AllowStreamLocalForwarding' : 'AllowTcpForwarding';
  return failure(
    'ForwardingDisabled',
    `${host} does not allow clients to open ${'path' in listen ? 'sockets' : 'ports'}: ${option} or DisableForwarding in its sshd_config forbids it, or the options of your key.`,
    `Ask the administrator for "${option} yes" in the server's sshd_config, and to remove "restrict" or "no-port-forwarding" from your key there.`,
    detail,
    factsOf(listen, host),
  );
}

export function remoteListenNotPermitted(listen: Listen, host: string, detail?: string): TunnelError {
  if ('path' in listen) {
    // PermitListen is about ports only; OpenSSH opens no sockets either when it may not open ports.
    return failure(
      'ForwardingDisabled',
      `${host} does not permit you to listen on ${listen.path} there (AllowTcpForwarding).`,
      'Ask the administrator for "AllowTcpForwarding yes" in the server\'s sshd_config; sockets need it too.',
      detail,
      factsOf(listen, host),
    );
  }
  return failure(
    'ForwardingDisabled',
    `${host} does not permit you to listen on ${whereOf(listen)} there (PermitListen).`,
    'Ask the administrator which ports you can listen on there, or to allow this one (PermitListen in the sshd_config, or "permitlisten" at your key).',
    detail,
    factsOf(listen, host),
  );
}

function whereOf(listen: Listen): string {
  const text = formatListen(listen);
  return /^\d+$/.test(text) ? `port ${text}` : text;
}

function factsOf(listen: Listen, host: string): ErrorFacts {
  return { host, address: formatListen(listen), ...('port' in listen ? { port: listen.port } : {}) };
}
