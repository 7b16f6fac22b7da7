// How to mend a forward that does not listen, or whose target is not reached.
import { formatListen } from '../forward';
import { knock, lookUp, permitOpen, serverName, splitTarget, sshdConfig, whoListens, word } from './commands';
import { here, onServer } from './explanation';
import type { Case, Explanation, Step } from './explanation';

export function addressInUse({ facts, platform }: Case): Explanation {
  const { port, holder, address } = facts;
  if (port === undefined) {
    const socket = address ?? 'the socket';
    return {
      steps: [here(`Stop the program that listens on ${socket}, or listen on another path.`)],
      actions: ['edit', 'tryAgain'],
    };
  }
  const isOurs = typeof holder === 'object' && holder.isOurs === true;
  const look: Step[] =
    holder === 'another user'
      ? [
          here(
            `See which program has port ${port}; of another user, only an administrator can:`,
            asAdministrator(whoListens(port, platform), platform),
          ),
        ]
      : [here(`See which program has port ${port}:`, whoListens(port, platform))];
  return {
    steps: [
      here(
        `Stop ${isOurs ? 'the tunnel' : 'the program'} that has port ${port}, and it is taken over within seconds.`,
      ),
      ...(isOurs ? [] : look),
    ],
    actions: ['useAnotherPort', 'tryAgain', 'edit'],
  };
}

function asAdministrator(command: string, platform: string): string {
  return platform === 'win32' ? command : `sudo ${command}`;
}

export function addressNotAvailable({ facts, platform }: Case): Explanation {
  const list: Readonly<Record<string, string>> = { win32: 'ipconfig', darwin: 'ifconfig' };
  return {
    steps: [
      here(
        `Leave the bind address out of ${facts.address ?? 'the forward'} for loopback, or take one that this machine has:`,
        list[platform] ?? 'ip -brief address',
      ),
    ],
    actions: ['edit', 'tryAgain'],
  };
}

export function portPermissionDenied({ facts, platform }: Case): Explanation {
  const port = facts.port ?? 80;
  const steps = [
    here(`Take a port that needs no privileges instead of ${port}, as a rule one from 1024 upwards.`),
  ];
  if (platform === 'win32') {
    steps.push(
      here(
        `See whether Windows keeps port ${port} for itself; of such a range, nobody gets one:`,
        'netsh interface ipv4 show excludedportrange protocol=tcp',
      ),
    );
  }
  if (platform === 'linux') {
    steps.push(
      here(
        `Or allow port ${port} and those above it to every program of this machine:`,
        `sudo sysctl net.ipv4.ip_unprivileged_port_start=${port}`,
      ),
    );
  }
  return { steps, actions: ['useAnotherPort', 'edit', 'tryAgain'] };
}

export function remoteListenRefused(given: Case): Explanation {
  const { facts, forward } = given;
  const name = serverName(given);
  const listen = facts.address ?? (forward ? formatListen(forward.listen) : 'the port');
  if (forward && 'path' in forward.listen) {
    return {
      steps: [
        ...sshdConfig(
          `Allow Unix sockets to be forwarded, in /etc/ssh/sshd_config of ${name}:`,
          'AllowTcpForwarding yes\nAllowStreamLocalForwarding yes',
        ),
        onServer(
          `Remove a dead socket, and see that its folder can be written:`,
          `ls -l ${word(listen, 'linux')}`,
        ),
      ],
      actions: ['tryAgain', 'edit'],
    };
  }
  const port = facts.port ?? (forward && 'port' in forward.listen ? forward.listen.port : undefined);
  return {
    steps: [
      ...(port === undefined
        ? []
        : [
            onServer(
              `See whether port ${port} is taken on ${name}, perhaps still by your own last connection:`,
              `sudo ${whoListens(port, 'linux')}`,
            ),
          ]),
      ...sshdConfig(
        `Allow ${listen} to be listened on, in /etc/ssh/sshd_config of ${name}:`,
        `AllowTcpForwarding yes\nPermitListen ${port ?? listen}\nGatewayPorts clientspecified`,
      ),
      here('Ports below 1024 are for an administrator of the server alone: take a higher one.'),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}

export function forwardingDisabled(given: Case): Explanation {
  const { forward } = given;
  const usesSocket =
    forward !== undefined &&
    ('path' in forward.listen ||
      ('target' in forward && forward.target !== undefined && 'path' in forward.target));
  return {
    steps: [
      ...sshdConfig(
        `Allow it in /etc/ssh/sshd_config of ${serverName(given)}:`,
        `DisableForwarding no\n${usesSocket ? 'AllowStreamLocalForwarding yes' : 'AllowTcpForwarding yes'}`,
      ),
      onServer(
        'See that your key is not held back there by "restrict" or "no-port-forwarding":',
        'cat ~/.ssh/authorized_keys',
      ),
    ],
    actions: ['tryAgain', 'showLog'],
  };
}

export function targetNotPermitted(given: Case): Explanation {
  const target = given.facts.target ?? 'the target';
  return {
    steps: [
      ...sshdConfig(
        `Allow ${target} in /etc/ssh/sshd_config of ${serverName(given)}:`,
        target.startsWith('/')
          ? 'AllowStreamLocalForwarding yes'
          : `AllowTcpForwarding yes\nPermitOpen ${permitOpen(target)}`,
      ),
      onServer(
        'See that your key is not held back there by "restrict" or "permitopen":',
        'cat ~/.ssh/authorized_keys',
      ),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}

export function targetRefused(given: Case): Explanation {
  const target = given.facts.target ?? 'the target';
  const parts = splitTarget(target);
  return {
    steps: [
      here(
        `Check the target: ${target}, as ${serverName(given)} sees it. There, "localhost" is the server itself.`,
      ),
      ...(parts
        ? [
            onServer(
              `See whether the service listens on port ${parts.port}, on the machine where it runs:`,
              `sudo ${whoListens(parts.port, 'linux')}`,
            ),
            onServer('See whether the server reaches it:', knock(parts.host, parts.port, 'linux')),
          ]
        : [
            onServer(
              'See whether the socket is there, and whether you may use it:',
              `ls -l ${word(target, 'linux')}`,
            ),
          ]),
    ],
    actions: ['edit', 'showLog'],
  };
}

export function targetNotFound(given: Case): Explanation {
  const target = given.facts.target ?? 'the target';
  const host = splitTarget(target)?.host ?? target;
  return {
    steps: [
      onServer(
        `The name in ${target} is looked up there. See whether ${serverName(given)} finds it:`,
        lookUp(host, 'linux'),
      ),
      here('Write the name as the server knows it, or its address.'),
    ],
    actions: ['edit', 'showLog'],
  };
}

export function targetUnreachable(given: Case): Explanation {
  const target = given.facts.target ?? 'the target';
  const parts = splitTarget(target);
  return {
    steps: [
      parts
        ? onServer(
            `See whether ${serverName(given)} reaches ${target}; if not, look at the network and the firewalls between the two.`,
            knock(parts.host, parts.port, 'linux'),
          )
        : onServer(
            'See whether the socket is there, and whether you may use it:',
            `ls -l ${word(target, 'linux')}`,
          ),
      here(`Check the target: ${target}.`),
    ],
    actions: ['edit', 'showLog'],
  };
}
