// How to mend a forward that does not listen on this machine.
import type { ErrorFacts } from '../errors';
import type { TunnelHolder } from '../portHolder';
import { whoListens, word } from '../shellCommands';
import { here } from '../explanation';
import type { Case, Explanation, Step } from '../explanation';

export function addressInUse({ facts, platform }: Case): Explanation {
  const { port, holder, address } = facts;
  if (typeof holder === 'object' && 'tunnel' in holder) {
    return heldByTunnel(holder, port === undefined ? (address ?? 'the socket') : `port ${port}`);
  }
  if (port === undefined) {
    return socketTaken(address ?? 'the socket');
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

function heldByTunnel({ tunnel, window }: TunnelHolder, what: string): Explanation {
  const whose = window === undefined ? '' : ` of the window "${window}"`;
  return {
    steps: [here(`Stop the tunnel "${tunnel}"${whose}, and ${what} is taken over at once.`)],
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

export function portPermissionDenied({ error, facts, platform }: Case): Explanation {
  if (isSocket(facts)) {
    return socketImpossible(error.nextStep, facts.address);
  }
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

function isSocket(facts: ErrorFacts): facts is ErrorFacts & { readonly address: string } {
  return facts.port === undefined && facts.address !== undefined;
}

function socketTaken(path: string): Explanation {
  const quoted = word(path, 'linux');
  return {
    steps: [
      here(
        `See what ${path} is, and whether a program listens on it:`,
        `ls -l ${quoted}; ss -lxp src ${quoted}`,
      ),
      here('Where nobody needs it, remove it; or listen on another path.', `rm ${quoted}`),
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
        `See what there is of ${folder}, and whether you may write there:`,
        `ls -ld ${word(folder, 'linux')}`,
      ),
    ],
    actions: ['edit', 'tryAgain'],
  };
}
