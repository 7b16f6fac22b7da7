// Explains the errors of a target. The server connects to it; for a remote forward, this machine does.
import {
  authorizedKeys,
  checkPortCommand,
  lookUpCommand,
  permitOpen,
  serverName,
  splitTarget,
  sshdConfig,
  listenersCommand,
  word,
} from '../shellCommands';
import { here, onServer } from '../explanation';
import type { Case, Explanation, Step } from '../explanation';

/** The machine that connects to the target. */
interface Connector {
  readonly name: string;
  /** The machine that "localhost" means there. */
  readonly self: string;
  readonly platform: string;
  readonly step: typeof here;
  readonly sudo: string;
}

function connectorOf(given: Case): Connector {
  const isHere = given.facts.host === undefined && given.forward?.kind === 'remote';
  return isHere
    ? { name: 'this machine', self: 'this machine', platform: given.platform, step: here, sudo: '' }
    : { name: serverName(given), self: 'the server', platform: 'linux', step: onServer, sudo: 'sudo ' };
}

function targetOf({ facts }: Case): string {
  return facts.target ?? 'the target';
}

function checkSocket(target: string, { step }: Connector): Step {
  return step(
    'Check whether the socket exists, and whether you can access it:',
    `ls -l ${word(target, 'linux')}`,
  );
}

export function targetNotPermitted(given: Case): Explanation {
  const target = targetOf(given);
  return {
    steps: [
      ...sshdConfig(
        `Allow ${target} in /etc/ssh/sshd_config of ${serverName(given)}:`,
        target.startsWith('/')
          ? 'DisableForwarding no\nAllowTcpForwarding yes\nAllowStreamLocalForwarding yes'
          : `DisableForwarding no\nAllowTcpForwarding yes\nPermitOpen ${permitOpen(target)}`,
      ),
      onServer(
        'Check that your key there is not restricted by "restrict", "no-port-forwarding" or "permitopen":',
        authorizedKeys,
      ),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}

export function targetRefused(given: Case): Explanation {
  const target = targetOf(given);
  const connector = connectorOf(given);
  const { name, self, platform, step, sudo } = connector;
  const parts = splitTarget(target);
  return {
    steps: [
      here(`Check the target ${target}, as seen from ${name}: "localhost" is ${self} itself.`),
      ...(parts
        ? [
            step(
              `Check whether the service listens on port ${parts.port}, on the machine where it runs:`,
              `${platform === 'linux' ? sudo : ''}${listenersCommand(parts.port, platform)}`,
            ),
            step(`Check whether ${name} can reach it:`, checkPortCommand(parts.host, parts.port, platform)),
          ]
        : [checkSocket(target, connector)]),
    ],
    actions: ['edit', 'showLog'],
  };
}

export function targetNotFound(given: Case): Explanation {
  const target = targetOf(given);
  const { name, platform, step } = connectorOf(given);
  const host = splitTarget(target)?.host ?? target;
  return {
    steps: [
      step(
        `The name in ${target} is resolved there. Check whether it resolves:`,
        lookUpCommand(host, platform),
      ),
      here(`Use a name that ${name} can resolve, or an address.`),
    ],
    actions: ['edit', 'showLog'],
  };
}

export function targetUnreachable(given: Case): Explanation {
  const target = targetOf(given);
  const connector = connectorOf(given);
  const { name, platform, step } = connector;
  const parts = splitTarget(target);
  if (!parts) {
    const onTheServer = connector.step === onServer;
    return {
      steps: [
        checkSocket(target, connector),
        ...(onTheServer
          ? sshdConfig(
              `Allow sockets in /etc/ssh/sshd_config of ${name}:`,
              'AllowTcpForwarding yes\nAllowStreamLocalForwarding yes',
            )
          : []),
      ],
      actions: ['edit', 'showLog'],
    };
  }
  return {
    steps: [
      step(
        `Check whether ${name} can reach ${target}; if not, check the network and the firewalls between the two.`,
        checkPortCommand(parts.host, parts.port, platform),
      ),
      here(`Check the target: ${target}.`),
    ],
    actions: ['edit', 'showLog'],
  };
}
