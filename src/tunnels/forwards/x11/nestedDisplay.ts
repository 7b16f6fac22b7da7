// A nested display in its own window: Xephyr or Xnest, with its own cookie. Programs in it can't see the outer display,
// so they can run as trusted ones.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { TunnelFailure } from '../../errors/errors';
import { nestedFailed, xephyrMissing } from '../../errors/forwards/x11';
import { watchEnd, openOwnDisplay } from './display';
import type { Display, DisplayOptions } from './display';
import { parseDisplay } from './displayName';
import type { DisplayName } from './displayName';
import { dialDisplay, connectIdleClient } from './displaySocket';
import { makeCookieFolder } from './xauth';
import { cookieProtocol } from './x11Setup';
import type { AuthCookie } from './x11Setup';
import type { Log } from '../../util/log';

const startTimeoutMs = 15_000;
const exitTimeoutMs = 2000;

export interface NestedOptions extends DisplayOptions {
  /** `1280x800`. */
  readonly size: string;
  /** The title of its window. */
  readonly title: string;
  readonly log: Log;
}

/** @throws TunnelFailure NoDisplay, DisplayRefused */
export async function openNestedDisplay(options: NestedOptions): Promise<Display> {
  // Check the outer display first: its error explains more than the nested server's.
  const outer = await openOwnDisplay({ ...options, trusted: true });
  let nested: NestedServer | undefined;
  try {
    nested = await NestedServer.start(options);
    const { name, cookie } = nested;
    const guard = await connectIdleClient(name, cookie);
    const { onGone, close } = watchEnd(guard);
    const started = nested;
    return {
      name,
      connect: async () => ({ socket: await dialDisplay(name), cookie }),
      onGone,
      close: async () => {
        await close();
        await started.end();
      },
    };
  } catch (error) {
    await nested?.end();
    throw error;
  } finally {
    await outer.close();
  }
}

/** The nested X servers, with their options for the size and title of the window. */
const servers = [
  {
    program: 'Xephyr',
    windowOptions: (size: string, title: string): readonly string[] => [
      '-screen',
      size,
      '-resizeable',
      '-title',
      title,
    ],
  },
  {
    program: 'Xnest',
    windowOptions: (size: string, title: string): readonly string[] => ['-geometry', size, '-name', title],
  },
];

class NestedServer {
  readonly name: DisplayName;
  readonly cookie: AuthCookie;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(name: DisplayName, cookie: AuthCookie, child: ChildProcess, folder: string) {
    this.name = name;
    this.cookie = cookie;
    this.#child = child;
    this.#folder = folder;
  }

  static async start(options: NestedOptions): Promise<NestedServer> {
    const folder = await makeCookieFolder(options.folder);
    try {
      const cookie = { name: cookieProtocol, data: randomBytes(16) };
      const authority = join(folder, 'authority');
      await writeFile(authority, authorityFile(cookie), { mode: 0o600, flag: 'wx' });
      for (const server of servers) {
        const started = await startServer(server, authority, options);
        if (started) {
          return new NestedServer(started.name, cookie, started.child, folder);
        }
      }
      throw new TunnelFailure(xephyrMissing());
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Resolves after its process has exited and removed its socket and lock. */
  async end(): Promise<void> {
    await endProcess(this.#child);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface Started {
  readonly name: DisplayName;
  readonly child: ChildProcess;
}

/** @returns undefined if the program is not installed @throws TunnelFailure NoDisplay */
async function startServer(
  { program, windowOptions }: (typeof servers)[number],
  authority: string,
  { size, title, env, platform, log }: NestedOptions,
): Promise<Started | undefined> {
  const args = [
    ...windowOptions(size, title),
    ...['-auth', authority, '-nolisten', 'tcp', '-displayfd', '3'],
    // It exits with its last client, so also when this process dies.
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

/**
 * Written to file descriptor 3 when the server is ready (-displayfd, Xserver(1)). @returns undefined: no such program
 */
function displayNumber(child: ChildProcess, program: string, log: Log): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let errorOutput = '';
    let number = '';
    const timer = setTimeout(() => fail('it did not start in time'), startTimeoutMs);
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new TunnelFailure(nestedFailed(program, reason)));
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
      errorOutput = (errorOutput + text).slice(-2000);
      text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .forEach((line) => log.info(`${program}: ${line.slice(0, 300)}`));
    });
    child.once('close', (code, signal) => fail(lastLine(errorOutput) ?? `exit ${String(signal ?? code)}`));
    const pipe = child.stdio[3] as Readable | null;
    pipe?.setEncoding('latin1').on('data', (text: string) => {
      number += text;
      const [, displayText] = /^\s*(\d{1,5})\s*\n/.exec(number) ?? [];
      if (displayText !== undefined) {
        clearTimeout(timer);
        resolve(displayText);
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
    const timer = setTimeout(() => child.kill('SIGKILL'), exitTimeoutMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** An authority file whose cookie is for any display: an X server accepts all in its file (Xauth, Xsecurity(7)). */
function authorityFile({ name, data }: AuthCookie): Buffer {
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
