// A test's way, under Wine, to the programs that stay on Linux: see linuxSide.ts.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '../eventually';
import type { SshdOptions } from '../sshd';
import { tempDir } from '../tempDir';
import type { LinuxCalls, ProgramResult, SshdFacts } from './linuxSide';

/** The variable with the port of the Linux side. */
export const linuxPortVariable = 'SSH_TUNNELS_LINUX_PORT';
/** The file beside a stand-in, with the same. */
export const linuxPortFile = 'linux-port';

/** An sshd on Linux, with paths as Windows sees them. */
export interface LinuxSshd extends SshdFacts, AsyncDisposable {
  /** Path of an ssh_config with `Host test-sshd`. */
  readonly configFile: string;
  /** The lines of such a block, for a configuration of the test's own. */
  readonly hostLines: readonly string[];
  log(): Promise<string>;
  /** Waits until its log matches. */
  untilLogged(pattern: RegExp): Promise<void>;
  dropSessions(): Promise<void>;
  halt(): Promise<void>;
  restart(): Promise<void>;
}

export async function startLinuxSshd(options: SshdOptions = {}): Promise<LinuxSshd> {
  const facts = await call('start', options);
  const { port } = facts;
  const dir = await tempDir();
  const [clientKey, knownHosts] = [onZ(facts.clientKey), onZ(facts.knownHosts)];
  const hostLines = [
    ...['HostName 127.0.0.1', `Port ${port}`, `User ${facts.user}`, `IdentityFile ${clientKey}`],
    'IdentitiesOnly yes',
    'IdentityAgent none',
    `UserKnownHostsFile ${knownHosts}`,
    'StrictHostKeyChecking yes',
  ];
  const block = [...(options.clientConfig ?? []), ...hostLines].map((line) => `  ${line}\n`).join('');
  const log = (): Promise<string> => call('log', port);
  return {
    ...facts,
    clientKey,
    knownHosts,
    authorizedKeys: onZ(facts.authorizedKeys),
    configFile: await dir.write('ssh_config', `Host test-sshd\n${block}`),
    hostLines,
    log,
    untilLogged: (pattern) =>
      eventually(`sshd logs ${String(pattern)}`, async () => pattern.test(await log())),
    dropSessions: () => call('dropSessions', port),
    halt: () => call('halt', port),
    restart: () => call('restart', port),
    async [Symbol.asyncDispose]() {
      await call('stop', port);
      await dir.remove();
    },
  };
}

/** `ssh -G` on Linux, with this configuration as the only one. */
export function sshG(config: string, args: readonly string[]): Promise<ProgramResult> {
  return call('sshG', config, args);
}

/** Wine shows the root of Linux's files as drive Z:. */
function onZ(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

/** For a stand-in, whose environment a test may choose: a file beside it. */
function portBesideProgram(): string {
  return readFileSync(join(dirname(process.execPath), linuxPortFile), 'utf8');
}

let connection: Promise<Socket> | undefined;
let calls = 0;
const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();

async function call<Name extends keyof LinuxCalls>(
  name: Name,
  ...args: Parameters<LinuxCalls[Name]>
): Promise<ReturnType<LinuxCalls[Name]>> {
  connection ??= open();
  const socket = await connection;
  const id = ++calls;
  return new Promise((resolve, reject) => {
    // The tests may end with this connection open, but not while they wait for it.
    socket.ref();
    waiting.set(id, { resolve, reject });
    socket.write(`${JSON.stringify({ id, call: name, args })}\n`);
  });
}

async function open(): Promise<Socket> {
  const socket = connect(Number(process.env[linuxPortVariable] ?? portBesideProgram()), '127.0.0.1');
  await once(socket, 'connect');
  createInterface(socket).on('line', (line) => {
    const { id, value, error } = JSON.parse(line) as { id: number; value: never; error?: string };
    const call = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) socket.unref();
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(error));
  });
  return socket;
}
