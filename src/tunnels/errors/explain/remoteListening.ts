// Explains the errors of a server that does not forward, or can't listen for a remote forward.
import { formatListen } from '../../config/forward';
import { authorizedKeys, serverName, sshdConfig, listenersCommand, word } from '../shellCommands';
import { here, onServer } from '../explanation';
import type { Case, Explanation, Step } from '../explanation';

export function forwardingDisabled(given: Case): Explanation {
  const { forward } = given;
  if (forward?.kind === 'remote') {
    return remoteDisabled(given);
  }
  const usesSocket = forward?.kind === 'local' && 'path' in forward.target;
  return {
    steps: [
      ...sshdConfig(
        `Allow it in /etc/ssh/sshd_config of ${serverName(given)}:`,
        `DisableForwarding no\n${usesSocket ? 'AllowStreamLocalForwarding yes' : 'AllowTcpForwarding yes'}`,
      ),
      onServer(
        'Check that your key there is not restricted by "restrict" or "no-port-forwarding":',
        authorizedKeys,
      ),
    ],
    actions: ['tryAgain', 'showLog'],
  };
}

function remoteDisabled(given: Case): Explanation {
  return {
    steps: [
      ...allowListening(given, ['DisableForwarding no']),
      onServer(
        'Check that your key there is not restricted by "restrict", "no-port-forwarding" or "permitlisten":',
        authorizedKeys,
      ),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}

/** Where the forward listens or should listen. */
function listenOf({ facts, forward }: Case): {
  readonly text: string;
  readonly port: number | undefined;
  readonly isSocket: boolean;
} {
  const listen = forward?.listen;
  return {
    text: facts.address ?? (listen ? formatListen(listen) : 'the port'),
    port: facts.port ?? (listen && 'port' in listen ? listen.port : undefined),
    isSocket: listen !== undefined && 'path' in listen,
  };
}

function allowListening(given: Case, first: readonly string[] = []): readonly Step[] {
  const { text, port, isSocket } = listenOf(given);
  const lines = (...rest: readonly string[]): string =>
    [...first, 'AllowTcpForwarding yes', ...rest].join('\n');
  const file = `/etc/ssh/sshd_config of ${serverName(given)}`;
  return isSocket
    ? sshdConfig(
        `Allow Unix sockets to be created and old ones to be replaced, in ${file}:`,
        lines('AllowStreamLocalForwarding yes', 'StreamLocalBindUnlink yes'),
      )
    : sshdConfig(
        `Allow listening on ${text}, in ${file}. The last line lets the client choose the address:`,
        lines(
          `PermitListen ${port === undefined || port === 0 ? 'any' : port}`,
          'GatewayPorts clientspecified',
        ),
      );
}

export function remoteListenRefused(given: Case): Explanation {
  const { text, port, isSocket } = listenOf(given);
  const name = serverName(given);
  const { holder } = given.facts;
  if (typeof holder === 'object' && 'tunnel' in holder) {
    const whose = holder.window === undefined ? '' : ` of the window "${holder.window}"`;
    const what = port === undefined ? text : `port ${port}`;
    return {
      steps: [
        here(
          `Stop the tunnel "${holder.tunnel}"${whose}. The forward then opens ${what} of ${name} at once.`,
        ),
      ],
      actions: ['edit', 'tryAgain'],
    };
  }
  const look = isSocket
    ? [
        onServer(
          `Check what ${text} is; an earlier connection may have left it behind:`,
          `ls -l ${word(text, 'linux')}`,
        ),
      ]
    : port === undefined || port === 0
      ? []
      : [
          onServer(
            `Check which program on ${name} uses port ${port}; it may be your own last connection:`,
            `sudo ${listenersCommand(port, 'linux')}`,
          ),
        ];
  return {
    steps: [
      ...look,
      ...allowListening(given),
      ...(isSocket ? [] : [here('On the server, ports below 1024 are for root only: use a higher one.')]),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}
