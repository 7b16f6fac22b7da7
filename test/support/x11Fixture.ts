// The parts of an X11 test: a server that forwards X11, an X server here, and a window that leases one tunnel.
import { readdir } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { longWaitMs } from './eventually';
import { testDaemon, TestWindow } from './testWindow';
import type { TestDaemon } from './testWindow';
import { startSshd } from './sshd';
import type { Sshd, SshdOptions } from './sshd';
import { tempDir } from './tempDir';
import type { TempDir } from './tempDir';
import { startXServer } from './xServer';
import type { XServer, XServerOptions } from './xServer';

const run = promisify(execFile);

export interface X11Fixture extends AsyncDisposable {
  readonly sshd: Sshd;
  readonly x: XServer;
  readonly daemon: TestDaemon;
  readonly window: TestWindow;
  /** A folder for what programs write. */
  readonly there: TempDir;
  /** Leases `user:t` with these programs, and further settings; the tunnel isn't started. */
  lease(x11Programs: object, more?: object): Promise<void>;
  /** The keys of the server's user, as xauth lists them there. */
  keysThere(): Promise<string>;
  /** Our files in the daemon's folder besides its own. */
  keyFolders(): Promise<readonly string[]>;
}

export interface X11FixtureOptions extends SshdOptions {
  readonly x?: XServerOptions;
  /** Of the window, besides DISPLAY and XAUTHORITY. */
  readonly env?: NodeJS.ProcessEnv;
}

export async function x11Fixture({
  x: xOptions,
  env,
  ...options
}: X11FixtureOptions = {}): Promise<X11Fixture> {
  const opened: AsyncDisposable[] = [];
  const open = <T extends AsyncDisposable>(thing: T): T => {
    opened.push(thing);
    return thing;
  };
  const end = async (): Promise<void> => {
    for (const thing of opened.splice(0).reverse()) {
      await thing[Symbol.asyncDispose]();
    }
  };
  try {
    const there = open(await tempDir('there-'));
    const keys = there.file('authority');
    // Its own authority file, although the server's user is the same as the one here. bash reads its user's .bashrc
    // for sshd unless SHLVL is 2 or more: its content isn't part of the test, and may be damaged when it is killed.
    const config = [
      ...(options.config ?? []),
      'X11Forwarding yes',
      `SetEnv XAUTHORITY=${keys} HOME=${there.path} SHLVL=2`,
    ];
    const sshd = open(await startSshd({ ...options, config }));
    const x = open(await startXServer(xOptions));
    const daemon = open(await testDaemon());
    const window = await TestWindow.open(daemon, sshd, { env: { ...x.env, ...env } });
    open({
      [Symbol.asyncDispose]: () => {
        window.disconnect();
        return Promise.resolve();
      },
    });
    return {
      sshd,
      x,
      daemon,
      window,
      there,
      lease: (x11Programs, more = {}) =>
        window.lease({ id: 'user:t', tunnel: { host: 'test-sshd', x11Programs, ...more }, want: false }),
      keysThere: async () =>
        (await run('xauth', ['-f', keys, 'list']).catch(() => ({ stdout: '' }))).stdout.trim(),
      keyFolders: async () => {
        // The daemon's own folder, and no deeper: a folder of keys may be removed while it is read.
        const names = await readdir(join(String(daemon.env['XDG_RUNTIME_DIR']), 'ssh-tunnels'));
        return names.filter((name) => name.startsWith('x11-'));
      },
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** @throws Error with the actual state */
export async function eventually<T>(look: () => Promise<T> | T, isRight: (found: T) => boolean): Promise<T> {
  const end = performance.now() + longWaitMs;
  for (let found = await look(); ; found = await look()) {
    if (isRight(found)) {
      return found;
    }
    if (performance.now() > end) {
      throw new Error(`it is still ${JSON.stringify(found)}`);
    }
    await sleep(30);
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
