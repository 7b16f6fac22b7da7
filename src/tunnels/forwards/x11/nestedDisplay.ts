// A display in a window of its own: Xephyr, or Xnest, with an authority of its own. What runs in it sees nothing of the
// display around it, so there it may do what a trusted program may.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { TunnelFailure } from '../../errors/errors';
import { nestedFailed, xephyrMissing } from '../../errors/x11';
import { guarded, openOwnDisplay } from './display';
import type { Display, DisplayOptions } from './display';
import { parseDisplay } from './displayName';
import type { DisplayName } from './displayName';
import { dialDisplay, standBy } from './displaySocket';
import { makeKeyFolder } from './xauth';
import { cookieProtocol } from './x11Setup';
import type { AuthKey } from './x11Setup';

/** Milliseconds. */
const startPatience = 15_000;
const endPatience = 2000;

export interface NestedOptions extends DisplayOptions {
  /** `1280x800`. */
  readonly size: string;
  /** Of its window. */
  readonly title: string;
  readonly log: (line: string) => void;
}

/** @throws TunnelFailure NoDisplay, DisplayRefused */
export async function openNestedDisplay(options: NestedOptions): Promise<Display> {
  // First whether there is a display around it: of that the user can be told more than the nested one would say.
  const around = await openOwnDisplay({ ...options, trusted: true });
  let nest: Nest | undefined;
  try {
    nest = await Nest.start(options);
    const { name, key } = nest;
    const guard = await standBy(name, key);
    const { onGone, close } = guarded(guard);
    const started = nest;
    return {
      name,
      connect: async () => ({ socket: await dialDisplay(name), key }),
      onGone,
      close: async () => {
        await close();
        await started.end();
      },
    };
  } catch (error) {
    await nest?.end();
    throw error;
  } finally {
    await around.close();
  }
}

/** The X servers that can be nested, and how each is told the size and the title of its window. */
const servers = [
  {
    program: 'Xephyr',
    own: (size: string, title: string): readonly string[] => [
      '-screen',
      size,
      '-resizeable',
      '-title',
      title,
    ],
  },
  {
    program: 'Xnest',
    own: (size: string, title: string): readonly string[] => ['-geometry', size, '-name', title],
  },
];

class Nest {
  readonly name: DisplayName;
  readonly key: AuthKey;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(name: DisplayName, key: AuthKey, child: ChildProcess, folder: string) {
    this.name = name;
    this.key = key;
    this.#child = child;
    this.#folder = folder;
  }

  static async start(options: NestedOptions): Promise<Nest> {
    const folder = await makeKeyFolder(options.folder);
    try {
      const key = { name: cookieProtocol, data: randomBytes(16) };
      const authority = join(folder, 'authority');
      await writeFile(authority, authorityFile(key), { mode: 0o600, flag: 'wx' });
      for (const server of servers) {
        const started = await startServer(server, authority, options);
        if (started) {
          return new Nest(started.name, key, started.child, folder);
        }
      }
      throw new TunnelFailure(xephyrMissing());
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** It has removed its socket and lock when it has ended. */
  async end(): Promise<void> {
    await endProcess(this.#child);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface Started {
  readonly name: DisplayName;
  readonly child: ChildProcess;
}

/** @returns undefined where this machine does not have it @throws TunnelFailure NoDisplay */
async function startServer(
  { program, own }: (typeof servers)[number],
  authority: string,
  { size, title, env, platform, log }: NestedOptions,
): Promise<Started | undefined> {
  const args = [
    ...own(size, title),
    ...['-auth', authority, '-nolisten', 'tcp', '-displayfd', '3'],
    // Its last client leaves at the latest when this process dies, however that happens.
    '-terminate',
  ];
  const child = spawn(program, args, { env: { ...env }, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  try {
    const number = await displayNumber(child, program, log);
    const name = number === undefined ? undefined : parseDisplay(`:${number}`, platform);
    return name && { name, child };
  } catch (error) {
    await endProcess(child);
    throw error;
  }
}

/** As it writes it to its third descriptor when it is ready (-displayfd, Xserver(1)). @returns undefined: no such program */
function displayNumber(
  child: ChildProcess,
  program: string,
  log: (line: string) => void,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let complaint = '';
    let number = '';
    const timer = setTimeout(() => fail('it did not say on which display it is'), startPatience);
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(new TunnelFailure(nestedFailed(program, why)));
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      if (error.code === 'ENOENT') {
        resolve(undefined);
      } else {
        fail(error.message);
      }
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2000);
      text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .forEach((line) => log(`${program}: ${line.slice(0, 300)}`));
    });
    child.once('close', (code, signal) => fail(lastLine(complaint) ?? `exit ${String(signal ?? code)}`));
    const pipe = child.stdio[3] as Readable | null;
    pipe?.setEncoding('latin1').on('data', (text: string) => {
      number += text;
      const [, said] = /^\s*(\d{1,5})\s*\n/.exec(number) ?? [];
      if (said !== undefined) {
        clearTimeout(timer);
        resolve(said);
      }
    });
    pipe?.on('error', () => undefined);
  });
}

function endProcess(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), endPatience);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** One key for every display: an X server takes those of the file it is given (Xauth's file format, Xsecurity(7)). */
function authorityFile({ name, data }: AuthKey): Buffer {
  const counted = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const anyFamily = Buffer.of(0xff, 0xff);
  const empty = Buffer.alloc(0);
  return Buffer.concat([anyFamily, ...[empty, empty, Buffer.from(name), data].map(counted)]);
}

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .at(-1);
}
