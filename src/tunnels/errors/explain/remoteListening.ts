// How to mend a server that does not forward, or does not listen for us.
import { formatListen } from '../../config/forward';
import { authorizedKeys, serverName, sshdConfig, whoListens, word } from '../shellCommands';
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
        'See that your key is not held back there by "restrict" or "no-port-forwarding":',
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
        'See that your key is not held back there by "restrict", "no-port-forwarding" or "permitlisten":',
        authorizedKeys,
      ),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}

/** Where it listens, or was to. */
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
        `Allow Unix sockets to be made, and old ones to be replaced, in ${file}:`,
        lines('AllowStreamLocalForwarding yes', 'StreamLocalBindUnlink yes'),
      )
    : sshdConfig(
        `Allow ${text} to be listened on, in ${file}; the last line lets the client say on which address:`,
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
        here(`Stop the tunnel "${holder.tunnel}"${whose}, and ${what} of ${name} is taken over at once.`),
      ],
      actions: ['edit', 'tryAgain'],
    };
  }
  const look = isSocket
    ? [
        onServer(
          `See what ${text} is; an earlier connection may have left it behind:`,
          `ls -l ${word(text, 'linux')}`,
        ),
      ]
    : port === undefined || port === 0
      ? []
      : [
          onServer(
            `See whether port ${port} is taken on ${name}, perhaps still by your own last connection:`,
            `sudo ${whoListens(port, 'linux')}`,
          ),
        ];
  return {
    steps: [
      ...look,
      ...allowListening(given),
      ...(isSocket
        ? []
        : [here('Ports below 1024 are for an administrator of the server alone: take a higher one.')]),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}
