// Explains the errors of a forward that can't listen on this machine.
import type { ErrorFacts } from '../errors';
import type { TunnelHolder } from '../portHolder';
import { listenersCommand, word } from '../shellCommands';
import { here } from '../explanation';
import type { Case, Explanation, Step } from '../explanation';

export function addressInUse({ facts, platform }: Case): Explanation {
  const { port, holder, address } = facts;
  if (typeof holder === 'object' && 'tunnel' in holder) {
    return usedByTunnel(holder, port === undefined ? (address ?? 'the socket') : `port ${port}`);
  }
  if (port === undefined) {
    return socketTaken(address ?? 'the socket');
  }
  const isOurs = typeof holder === 'object' && holder.isOurs === true;
  const look: Step[] =
    holder === 'another user'
      ? [
          here(
            `Find out which program uses port ${port}. It belongs to another user, so this needs administrator rights:`,
            asAdministrator(listenersCommand(port, platform), platform),
          ),
        ]
      : [here(`Find out which program uses port ${port}:`, listenersCommand(port, platform))];
  return {
    steps: [
      here(
        `Stop the ${isOurs ? 'tunnel' : 'program'} that uses port ${port}. The forward then opens within seconds.`,
      ),
      ...(isOurs ? [] : look),
    ],
    actions: ['useAnotherPort', 'tryAgain', 'edit'],
  };
}

function usedByTunnel({ tunnel, window }: TunnelHolder, what: string): Explanation {
  const whose = window === undefined ? '' : ` of the window "${window}"`;
  return {
    steps: [here(`Stop the tunnel "${tunnel}"${whose}. The forward then opens ${what} at once.`)],
    actions: what.startsWith('/')
      ? ['takeOver', 'edit', 'tryAgain']
      : ['takeOver', 'useAnotherPort', 'tryAgain', 'edit'],
  };
}

function asAdministrator(command: string, platform: string): string {
  return platform === 'win32' ? command : `sudo ${command}`;
}

export function addressNotAvailable({ error, facts, platform }: Case): Explanation {
  if (isSocket(facts)) {
    return socketImpossible(error.nextStep, facts.address);
  }
  if (facts.address === undefined && facts.port === undefined) {
    return { steps: [here(error.nextStep)], actions: ['tryAgain', 'showLog'] };
  }
  const listAddresses: Readonly<Record<string, string>> = { win32: 'ipconfig', darwin: 'ifconfig' };
  return {
    steps: [
      here(
        `Remove the bind address from ${facts.address ?? 'the forward'} to listen on loopback, or use an address of this machine:`,
        listAddresses[platform] ?? 'ip -brief address',
      ),
    ],
    actions: ['edit', 'tryAgain'],
  };
}

export function portPermissionDenied({ error, facts, platform }: Case): Explanation {
  if (isSocket(facts)) {
    return socketImpossible(error.nextStep, facts.address);
  }
  const port = facts.port ?? 80;
  const steps = [here(`Use a port that needs no privileges instead of ${port}, usually 1024 or above.`)];
  if (platform === 'win32') {
    steps.push(
      here(
        `Check whether port ${port} is in a range that Windows reserves; no program can use those:`,
        'netsh interface ipv4 show excludedportrange protocol=tcp',
      ),
    );
  }
  if (platform === 'linux') {
    steps.push(
      here(
        `Or allow every program on this machine to use port ${port} and above:`,
        `sudo sysctl net.ipv4.ip_unprivileged_port_start=${port}`,
      ),
    );
  }
  return { steps, actions: ['useAnotherPort', 'edit', 'tryAgain'] };
}

function isSocket(facts: ErrorFacts): facts is ErrorFacts & { readonly address: string } {
  return facts.port === undefined && facts.address !== undefined;
}

function socketTaken(path: string): Explanation {
  const quoted = word(path, 'linux');
  return {
    steps: [
      here(
        `Check what ${path} is, and whether a program listens on it:`,
        `ls -l ${quoted}; ss -lxp src ${quoted}`,
      ),
      here("If it isn't needed, remove it, or listen on another path.", `rm ${quoted}`),
    ],
    actions: ['edit', 'tryAgain'],
  };
}

function socketImpossible(nextStep: string, path: string): Explanation {
  const folder = path.replace(/\/[^/]*$/, '') || '/';
  return {
    steps: [
      here(nextStep),
      here(
        `Check whether ${folder} exists, and whether you can write to it:`,
        `ls -ld ${word(folder, 'linux')}`,
      ),
    ],
    actions: ['edit', 'tryAgain'],
  };
}
