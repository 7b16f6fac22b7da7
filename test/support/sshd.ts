// Debian's own sshd in its own folder, on loopback, for tests and benchmarks that need the real thing.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { longWaitMs } from './eventually';
import { freePort } from './freePort';
import { makeKeyPair } from './keyPair';
import { descendants, killAll } from './processTree';
import { clientConfig, host, makeRunDir, serverConfig, sshdProgram } from './sshdSetup';
import type { SshdOptions } from './sshdSetup';
import { tempDir } from './tempDir';
import type { TempDir } from './tempDir';

export type { SshdOptions } from './sshdSetup';

export interface Sshd extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** The only login: the user that runs the test. */
  readonly user: string;
  readonly dir: string;
  /** Path of an unencrypted ed25519 key that it accepts; its public half is in `.pub`. */
  readonly clientKey: string;
  readonly authorizedKeys: string;
  /** Its public host keys, `ssh-ed25519 AAAA…`, in the order of the option. */
  readonly hostKeyLines: readonly string[];
  /** Path of a known_hosts file with its keys. */
  readonly knownHosts: string;
  /** Path of an ssh_config with `Host test-sshd`, for `ssh -F` and for `sshTunnels.sshConfigFile`. */
  readonly configFile: string;
  /** Everything that it and its sessions have logged. */
  log(): string;
  /** The first match in the log, already there or still to come. @throws Error after so many milliseconds */
  waitForLog(pattern: RegExp, ms?: number): Promise<string>;
  /** Processes of the sessions: sshd's own and what they started. */
  sessionPids(): readonly number[];
  /** Ends every session without a message, and keeps listening. */
  dropSessions(): void;
  /** Ends it with every session, and keeps its port unused. */
  halt(): Promise<void>;
  /**
   * Like a reboot: ends it with every session if it runs, and starts it again on the same port with the same keys.
   */
  restart(): Promise<void>;
  /** Ends it with every session and removes its folder. */
  stop(): Promise<void>;
}

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const dir = await tempDir('sshd-');
  try {
    const [hostKeys, clientKey] = await Promise.all([
      Promise.all((options.hostKeys ?? ['ed25519']).map((kind) => makeKeyPair(dir, `host_${kind}`, kind))),
      makeKeyPair(dir, 'client', 'ed25519'),
      makeRunDir(),
    ]);
    const keyOptions = options.keyOptions === undefined ? '' : `${options.keyOptions} `;
    const authorizedKeys = await dir.write('authorized_keys', `${keyOptions}${clientKey.line}\n`);
    const server = new Server(
      dir,
      hostKeys.map((key) => key.path),
      options,
    );
    await server.startOnFreePort();
    const hostKeyLines = hostKeys.map((key) => key.line);
    const names = `[${host}]:${server.port}`;
    const knownHosts = await dir.write(
      'known_hosts',
      hostKeyLines.map((line) => `${names} ${line}\n`).join(''),
    );
    const configFile = await dir.write(
      'ssh_config',
      clientConfig(server.port, clientKey.path, knownHosts, options),
    );
    const stop = async (): Promise<void> => {
      await server.halt();
      await dir.remove();
    };
    return {
      host,
      port: server.port,
      user: userInfo().username,
      dir: dir.path,
      clientKey: clientKey.path,
      authorizedKeys,
      hostKeyLines,
      knownHosts,
      configFile,
      log: () => server.log,
      waitForLog: (pattern, ms = longWaitMs) => server.waitForLog(pattern, ms),
      sessionPids: () => server.sessionPids(),
      dropSessions: () => killAll(server.sessionPids()),
      halt: () => server.halt(),
      restart: async () => {
        await server.halt();
        await server.start();
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await dir.remove();
    throw error;
  }
}

/** The process and its log. */
class Server {
  port = 0;
  log = '';
  readonly #dir: TempDir;
  readonly #hostKeys: readonly string[];
  readonly #options: SshdOptions;
  readonly #listeners = new Set<() => void>();
  #child: ChildProcess | undefined;

  constructor(dir: TempDir, hostKeys: readonly string[], options: SshdOptions) {
    this.#dir = dir;
    this.#hostKeys = hostKeys;
    this.#options = options;
  }

  async startOnFreePort(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.port = await freePort();
      try {
        await this.start();
        return;
      } catch (error) {
        if (attempt === 5 || !this.log.includes('Address already in use')) {
          throw error;
        }
        this.log = '';
      }
    }
  }

  /** Resolves once it logs that it listens. Its port is never probed: sshd penalises that (PerSourcePenalties). */
  async start(): Promise<void> {
    const config = await this.#dir.write(
      'sshd_config',
      await serverConfig(this.#dir, this.port, this.#hostKeys, this.#options),
    );
    const since = this.log.length;
    const child = spawn(this.#options.program ?? sshdProgram(), ['-D', '-r', '-e', '-f', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    });
    this.#child = child;
    const killOnExit = (): void => this.#kill(child);
    process.once('exit', killOnExit);
    child.once('exit', () => {
      process.removeListener('exit', killOnExit);
      this.#notify();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.log += text.replaceAll('\r', '');
      this.#notify();
    });
    await this.#until(() => this.log.includes('Server listening on', since), longWaitMs, 'did not start');
  }

  async waitForLog(pattern: RegExp, ms: number): Promise<string> {
    const plain = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
    await this.#until(() => plain.test(this.log), ms, `did not log ${String(pattern)}`);
    return plain.exec(this.log)?.[0] ?? '';
  }

  sessionPids(): readonly number[] {
    return this.#child?.pid === undefined ? [] : descendants(this.#child.pid);
  }

  async halt(): Promise<void> {
    const child = this.#child;
    if (child && isRunning(child)) {
      const exited = once(child, 'exit');
      this.#kill(child);
      await exited;
    }
    this.#child = undefined;
  }

  /** Stops the listener first, so that no session appears between listing and killing. */
  #kill(child: ChildProcess): void {
    child.kill('SIGSTOP');
    killAll(this.sessionPids());
    child.kill('SIGKILL');
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }

  #until(reached: () => boolean, ms: number, what: string): Promise<void> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const settle = (error?: Error): void => {
        clearTimeout(timer);
        this.#listeners.delete(check);
        if (error) {
          reject(error);
        } else {
          resolve();
        }
      };
      const check = (): void => {
        if (reached()) {
          settle();
        } else if (child && !isRunning(child)) {
          settle(new Error(`sshd ended and ${what}:\n${this.log}`));
        }
      };
      const timer = setTimeout(
        () => settle(new Error(`sshd ${what} within ${ms} ms:\n${this.log.slice(-4000)}`)),
        ms,
      );
      this.#listeners.add(check);
      check();
    });
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
