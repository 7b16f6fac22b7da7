// What stays on Linux while tests run under Wine: sshd, and OpenSSH's programs. Listens on loopback for the tests, which
// send one JSON line for each call; linux.ts is the other end.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { startSshd } from '../sshd';
import type { Sshd, SshdOptions } from '../sshd';
import { tempDir } from '../tempDir';

/** What a test knows of an sshd. Paths are Linux's. */
export type SshdFacts = Pick<
  Sshd,
  'port' | 'user' | 'dir' | 'clientKey' | 'knownHosts' | 'authorizedKeys' | 'hostKeyLines'
>;

export interface ProgramResult {
  /** -1 if a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the tests can ask for. An sshd is named by its port. */
export interface LinuxCalls {
  start(options: SshdOptions): SshdFacts;
  log(port: number): string;
  dropSessions(port: number): void;
  halt(port: number): void;
  restart(port: number): void;
  stop(port: number): void;
  /** `ssh -G` with this configuration as the only one. */
  sshG(config: string, args: readonly string[]): ProgramResult;
}

/** The same, where they are carried out. */
type Served = {
  readonly [Name in keyof LinuxCalls]: (
    ...args: Parameters<LinuxCalls[Name]>
  ) => Promise<ReturnType<LinuxCalls[Name]>>;
};

export interface LinuxSide extends AsyncDisposable {
  readonly port: number;
}

/** Serves until it is disposed of; then every sshd ends. */
export async function serveLinuxSide(): Promise<LinuxSide> {
  const servers = new Map<number, Sshd>();
  const clients = new Set<Socket>();
  const calls = callsFor(servers);
  const listener = createServer((socket) => {
    clients.add(socket);
    socket.on('error', () => undefined).on('close', () => clients.delete(socket));
    createInterface(socket).on('line', (line) => {
      void answer(calls, line).then((reply) => socket.write(`${reply}\n`));
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const socket of clients) socket.destroy();
      await Promise.all([...servers.values()].map((sshd) => sshd.stop()));
    },
  };
}

function callsFor(servers: Map<number, Sshd>): Served {
  const at = (port: number): Sshd => {
    const sshd = servers.get(port);
    if (!sshd) throw new Error(`There is no sshd on port ${port}.`);
    return sshd;
  };
  return {
    async start(options) {
      const sshd = await startSshd(options);
      servers.set(sshd.port, sshd);
      const { port, user, dir, clientKey, knownHosts, authorizedKeys, hostKeyLines } = sshd;
      return { port, user, dir, clientKey, knownHosts, authorizedKeys, hostKeyLines };
    },
    log: (port) => Promise.resolve(at(port).log()),
    dropSessions(port) {
      at(port).dropSessions();
      return Promise.resolve();
    },
    halt: (port) => at(port).halt(),
    restart: (port) => at(port).restart(),
    async stop(port) {
      await at(port).stop();
      servers.delete(port);
    },
    async sshG(config, args) {
      await using dir = await tempDir();
      const file = await dir.write('config', config);
      return await new Promise((resolve) => {
        execFile('ssh', ['-F', file, '-N', '-G', ...args], (error, stdout, stderr) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
        });
      });
    },
  };
}

async function answer(calls: Served, line: string): Promise<string> {
  const { id, call, args } = JSON.parse(line) as {
    id: number;
    call: keyof LinuxCalls;
    args: readonly unknown[];
  };
  try {
    const method = calls[call] as (...all: readonly unknown[]) => Promise<unknown>;
    return JSON.stringify({ id, value: (await method(...args)) ?? null });
  } catch (error) {
    return JSON.stringify({ id, error: error instanceof Error ? error.message : String(error) });
  }
}
