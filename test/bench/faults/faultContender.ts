// Who rides out the faults: our own daemon, `ssh` alone, and `autossh`, each with a tunnel of its own to the same
// server, and the keep-alive that is ours unless told otherwise.
import { TestWindow, testDaemon } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';
import { spawnGroup } from '../../support/processGroup.mjs';
import { descendants } from '../../support/processTree';
import type { Sshd } from '../../support/sshd';

export type FaultContenderName = 'ours' | 'ssh' | 'autossh';

/** What its tunnel leads to, and where from: each a TCP port of this machine, or the path of a socket. */
export interface ContenderPorts {
  readonly name: FaultContenderName;
  readonly echo: number | string;
  readonly trickle?: number;
  readonly endless?: number;
  /** A port of the server that leads to the echo. */
  readonly remote?: number;
  /** In OpenSSH's grammar. */
  readonly localForward: readonly string[];
  readonly remoteForward: readonly string[];
}

export interface Machine {
  /** What a command line begins with that runs there; empty: here. */
  readonly enter: readonly string[];
  /** Starts a daemon there. */
  readonly startDaemon: (daemon: TestDaemon) => Promise<AsyncDisposable | undefined>;
}

export interface FaultContender extends AsyncDisposable, ContenderPorts {
  /** Its processes. */
  pids(): readonly number[];
  /** Whether it has ended by itself, and nothing more will come of it. */
  isOver(): boolean;
  /** Whether it has asked the user anything. */
  hasAsked(): boolean;
}

/** Starts it, and does not wait until its tunnel is up. */
export function startFaultContender(
  ports: ContenderPorts,
  sshd: Sshd,
  machine: Machine,
): Promise<FaultContender> {
  return ports.name === 'ours' ? startOurs(ports, sshd, machine) : startCommand(ports, sshd, machine);
}

async function startOurs(ports: ContenderPorts, sshd: Sshd, machine: Machine): Promise<FaultContender> {
  const daemon = await testDaemon();
  const host = await machine.startDaemon(daemon);
  const window = await TestWindow.open(daemon, sshd);
  const { localForward, remoteForward } = ports;
  await window.lease({ id: 'user:t', tunnel: { host: 'test-sshd', localForward, remoteForward } });
  return {
    ...ports,
    pids: () => [window.client.daemonPid],
    isOver: () => false,
    hasAsked: () => window.questions.length > 0,
    async [Symbol.asyncDispose]() {
      window.disconnect();
      await daemon[Symbol.asyncDispose]();
      await host?.[Symbol.asyncDispose]();
    },
  };
}

function startCommand(
  ports: ContenderPorts,
  { configFile }: Sshd,
  { enter }: Machine,
): Promise<FaultContender> {
  const [program = '', ...args]: readonly string[] = [
    ...enter,
    ...(ports.name === 'ssh' ? ['ssh'] : ['autossh', '-M', '0']),
    ...['-F', configFile, '-N', '-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3'],
    // The socket of its last life would be in its way.
    ...['-o', 'StreamLocalBindUnlink=yes'],
    ...ports.localForward.flatMap((forward) => ['-L', forward]),
    ...ports.remoteForward.flatMap((forward) => ['-R', forward]),
    'test-sshd',
  ];
  // As with -f: without it autossh gives up where the first connection does not last for half a minute.
  const env = { ...process.env, AUTOSSH_GATETIME: '0' };
  const group = spawnGroup(program, args, { env, stdio: 'ignore' });
  let over = false;
  group.exited.then(
    () => (over = true),
    () => (over = true),
  );
  return Promise.resolve({
    ...ports,
    pids: () => [group.pid, ...descendants(group.pid)],
    isOver: () => over,
    hasAsked: () => false,
    [Symbol.asyncDispose]: () => group.end(),
  });
}
