// The programs that the fault bench compares: our daemon, `ssh` alone, and `autossh`. Each has its own tunnel to the
// same server, with our default keep-alive.
import { TestWindow, testDaemon } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';
import { spawnGroup } from '../../support/processGroup.mjs';
import { descendants } from '../../support/processTree';
import type { Sshd } from '../../support/sshd';

export type FaultContenderName = 'ours' | 'ssh' | 'autossh';

/** The local ends of its tunnel: each a TCP port of this machine, or the path of a socket. */
export interface ContenderPorts {
  readonly name: FaultContenderName;
  readonly echo: number | string;
  readonly trickle?: number;
  readonly endless?: number;
  /** A port of the server that is forwarded to the echo. */
  readonly remote?: number;
  /** In OpenSSH's syntax. */
  readonly localForward: readonly string[];
  readonly remoteForward: readonly string[];
}

export interface Machine {
  /** The prefix of a command line that runs on that machine; empty: this machine. */
  readonly enter: readonly string[];
  /** Starts a daemon on it. */
  readonly startDaemon: (daemon: TestDaemon) => Promise<AsyncDisposable | undefined>;
}

export interface FaultContender extends AsyncDisposable, ContenderPorts {
  /** Its processes. */
  pids(): readonly number[];
  /** Whether it has exited and can't recover any more. */
  isOver(): boolean;
  /** Whether it has asked the user anything. */
  hasAsked(): boolean;
}

/** Starts it without waiting until its tunnel is up. */
export function startFaultContender(
  ports: ContenderPorts,
  sshd: Sshd,
  machine: Machine,
): Promise<FaultContender> {
  return ports.name === 'ours' ? startOurs(ports, sshd, machine) : startCommand(ports, sshd, machine);
}

async function startOurs(ports: ContenderPorts, sshd: Sshd, machine: Machine): Promise<FaultContender> {
  const daemon = await testDaemon();
  const daemonProcess = await machine.startDaemon(daemon);
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
      await daemonProcess?.[Symbol.asyncDispose]();
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
    // Otherwise the socket of an earlier connection would block it.
    ...['-o', 'StreamLocalBindUnlink=yes'],
    ...ports.localForward.flatMap((forward) => ['-L', forward]),
    ...ports.remoteForward.flatMap((forward) => ['-R', forward]),
    'test-sshd',
  ];
  // As with -f. Without it, autossh gives up when the first connection lasts less than half a minute.
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
