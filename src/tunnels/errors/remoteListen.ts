// Why the server does not listen for us.
import type { ErrorFacts, TunnelError } from './errors';
import { formatListen } from '../config/forward';
import type { Listen } from '../config/forward';
import type { TunnelHolder } from './portHolder';
import { failure } from './errors';

/** Below it only root may listen on a Unix server. */
const firstUnprivileged = 1024;

/** The server gives no reason: OpenSSH says nothing where bind(2) fails. */
export function remoteListenRefused(listen: Listen, host: string, detail?: string): TunnelError {
  if ('path' in listen) {
    return failure(
      'RemoteListenRefused',
      `${host} could not open the socket ${listen.path}: it exists there already, its folder is missing, or your user may not write there.`,
      'Remove it on the server if it is left over, pick another path, or ask the administrator for "StreamLocalBindUnlink yes" in its sshd_config.',
      detail,
      factsOf(listen, host),
    );
  }
  if (listen.port > 0 && listen.port < firstUnprivileged) {
    return failure(
      'RemoteListenRefused',
      `${host} could not listen on ${whereOf(listen)}: below ${firstUnprivileged} only root may, or it is in use there.`,
      `Pick a remote port of ${firstUnprivileged} or above.`,
      detail,
      factsOf(listen, host),
    );
  }
  return failure(
    'RemoteListenRefused',
    `${host} could not listen on ${whereOf(listen)}: it is in use there, or not an address of that machine.`,
    'Pick another remote port, or 0 for any free one; until then it is tried again by itself.',
    detail,
    factsOf(listen, host),
  );
}

/** By our own connection, which was lost, and which the server still believes in. */
export function remoteListenHeld(listen: Listen, host: string, detail?: string): TunnelError {
  return failure(
    'RemoteListenRefused',
    `${host} still holds ${whereOf(listen)} for the connection that was lost.`,
    'Wait until the server lets go, as it is tried again by itself; "ClientAliveInterval 15" in its sshd_config makes that sooner.',
    detail,
    factsOf(listen, host),
  );
}

export function remoteListenTaken(listen: Listen, host: string, detail?: string): TunnelError {
  return failure(
    'RemoteListenRefused',
    `${host} could not listen on ${whereOf(listen)}: another program there has it.`,
    'Pick another remote port, or stop that program on the server; until then it is tried again by itself.',
    detail,
    factsOf(listen, host),
  );
}

/** It is retried by itself when that tunnel lets go. */
export function remoteListenHeldByTunnel(listen: Listen, host: string, holder: TunnelHolder): TunnelError {
  const isSocket = 'path' in listen;
  const where = whereOf(listen).replace(/^port/, 'Port');
  const { tunnel, window } = holder;
  const whose = window === undefined ? '' : ` of the window "${window}"`;
  return failure(
    'RemoteListenRefused',
    `${isSocket ? `The socket ${where}` : where} on the server ${host} is used by the tunnel "${tunnel}"${whose}.`,
    `Stop "${tunnel}", and this forward takes over at once; or pick another ${isSocket ? 'path' : 'remote port'}.`,
    undefined,
    { ...factsOf(listen, host), holder },
  );
}

export function remoteForwardingDisabled(listen: Listen, host: string, detail?: string): TunnelError {
  const option = 'path' in listen ? 'AllowStreamLocalForwarding' : 'AllowTcpForwarding';
  return failure(
    'ForwardingDisabled',
    `${host} opens no ${'path' in listen ? 'sockets' : 'ports'} for its clients: ${option} or DisableForwarding in its sshd_config forbids it, or the options of your key do.`,
    `Ask the administrator for "${option} yes" in the server's sshd_config, and to take "restrict" or "no-port-forwarding" from your key there.`,
    detail,
    factsOf(listen, host),
  );
}

export function remoteListenNotPermitted(listen: Listen, host: string, detail?: string): TunnelError {
  if ('path' in listen) {
    // PermitListen is about ports alone; OpenSSH opens no socket either where it may open no port.
    return failure(
      'ForwardingDisabled',
      `${host} does not permit you to listen on ${listen.path} there (AllowTcpForwarding).`,
      'Ask the administrator for "AllowTcpForwarding yes" in the server\'s sshd_config: sockets need it, too.',
      detail,
      factsOf(listen, host),
    );
  }
  return failure(
    'ForwardingDisabled',
    `${host} does not permit you to listen on ${whereOf(listen)} there (PermitListen).`,
    'Ask the administrator which ports you may listen on there, or to allow this one: PermitListen in the sshd_config, or "permitlisten" at your key.',
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
