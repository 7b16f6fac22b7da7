// How to mend a target that is not reached: dialled by the server, or, of a remote forward, by this machine.
import {
  authorizedKeys,
  knock,
  lookUp,
  permitOpen,
  serverName,
  splitTarget,
  sshdConfig,
  whoListens,
  word,
} from '../shellCommands';
import { here, onServer } from '../explanation';
import type { Case, Explanation, Step } from '../explanation';

/** Whoever dials the target: its name, the commands of its system, and the side on which they are typed. */
interface Dialler {
  readonly name: string;
  /** What "localhost" means to it. */
  readonly self: string;
  readonly platform: string;
  readonly step: typeof here;
  readonly sudo: string;
}

function diallerOf(given: Case): Dialler {
  const isHere = given.facts.host === undefined && given.forward?.kind === 'remote';
  return isHere
    ? { name: 'this machine', self: 'this machine', platform: given.platform, step: here, sudo: '' }
    : { name: serverName(given), self: 'the server', platform: 'linux', step: onServer, sudo: 'sudo ' };
}

function targetOf({ facts }: Case): string {
  return facts.target ?? 'the target';
}

function lookAtSocket(target: string, { step }: Dialler): Step {
  return step(
    'See whether the socket is there, and whether you may use it:',
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
        'See that your key is not held back there by "restrict", "no-port-forwarding" or "permitopen":',
        authorizedKeys,
      ),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}

export function targetRefused(given: Case): Explanation {
  const target = targetOf(given);
  const dialler = diallerOf(given);
  const { name, self, platform, step, sudo } = dialler;
  const parts = splitTarget(target);
  return {
    steps: [
      here(`Check the target: ${target}, as ${name} sees it. "localhost" is ${self} itself.`),
      ...(parts
        ? [
            step(
              `See whether the service listens on port ${parts.port}, on the machine where it runs:`,
              `${platform === 'linux' ? sudo : ''}${whoListens(parts.port, platform)}`,
            ),
            step(`See whether ${name} reaches it:`, knock(parts.host, parts.port, platform)),
          ]
        : [lookAtSocket(target, dialler)]),
    ],
    actions: ['edit', 'showLog'],
  };
}

export function targetNotFound(given: Case): Explanation {
  const target = targetOf(given);
  const { name, platform, step } = diallerOf(given);
  const host = splitTarget(target)?.host ?? target;
  return {
    steps: [
      step(`The name in ${target} is looked up there. See whether ${name} finds it:`, lookUp(host, platform)),
      here(`Write the name as ${name} knows it, or its address.`),
    ],
    actions: ['edit', 'showLog'],
  };
}

export function targetUnreachable(given: Case): Explanation {
  const target = targetOf(given);
  const dialler = diallerOf(given);
  const { name, platform, step } = dialler;
  const parts = splitTarget(target);
  if (!parts) {
    const onTheServer = dialler.step === onServer;
    return {
      steps: [
        lookAtSocket(target, dialler),
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
        `See whether ${name} reaches ${target}; if not, look at the network and the firewalls between the two.`,
        knock(parts.host, parts.port, platform),
      ),
      here(`Check the target: ${target}.`),
    ],
    actions: ['edit', 'showLog'],
  };
}
