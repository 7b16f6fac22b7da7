// ProxyCommand of the user's own ssh_config: a child process whose stdin and stdout are the connection to the server.
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Duplex } from 'node:stream';
import type { Environment } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import { proxyCommandFailed, proxyCommandUnsafe } from '../../errors/connect';
import { expandTokens } from '../config/expansion';
import { localUser } from '../config/localUser';
import type { ResolvedHost } from '../config/resolvedHost';
import { lastLine, printable } from '../../util/printable';

/** What of its stderr goes into the error. */
const longestComplaint = 500;
/** Milliseconds from the hang-up to the kill. */
const patience = 1000;

/** The characters that a value may hold which goes through the shell; Windows' domain users have a `\`, unread there. */
const safe = process.platform === 'win32' ? /^[\w.@:%+~\\-]*$/ : /^[\w.@:%+~-]*$/;

export type ProxyTarget = Pick<ResolvedHost, 'alias' | 'hostName' | 'port' | 'user'>;

/**
 * The command with its tokens filled in (`%%`, `%h`, `%n`, `%p`, `%r`, as ssh_config(5) lists for ProxyCommand).
 * @throws TunnelFailure InvalidDefinition where a value would mean something to the shell, or a token is unknown
 */
export function expandProxyCommand(command: string, { alias, hostName, port, user }: ProxyTarget): string {
  const values = { h: hostName, n: alias, p: String(port), r: user };
  for (const [token, value] of Object.entries(values)) {
    if (usesToken(command, token) && (!safe.test(value) || value.startsWith('-'))) {
      throw new TunnelFailure(proxyCommandUnsafe(alias, `%${token} (${JSON.stringify(value)})`));
    }
  }
  // Its ${…} are the shell's own.
  return expandTokens(command, { ...values, '%': '%' }, undefined);
}

function usesToken(command: string, token: string): boolean {
  return command.replaceAll('%%', '').includes(`%${token}`);
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export class ProxyCommand extends Duplex {
  readonly #child: Child;
  readonly #alias: string;
  #complaint = '';

  /**
   * Starts it as OpenSSH does: by the user's shell, which it replaces.
   * @param env of the window that wants the tunnel
   * @param log gets its stderr, a line at a time
   * @throws as expandProxyCommand()
   */
  constructor(command: string, target: ProxyTarget, env: Environment, log: (line: string) => void) {
    super({ autoDestroy: true });
    this.#alias = target.alias;
    this.#child = start(expandProxyCommand(command, target), env);
    const { stdin, stdout, stderr } = this.#child;
    stdout.on('data', (data: Buffer) => {
      if (!this.push(data)) {
        stdout.pause();
      }
    });
    stdin.on('error', () => undefined);
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-longestComplaint);
      for (const line of text.split('\n').map(printable).filter(Boolean)) {
        log(`ProxyCommand of ${target.alias}: ${line}`);
      }
    });
    this.#child.on('error', (error) => this.#ended(error.message));
    // Not 'exit': what it said at the end is still to be read.
    this.#child.on('close', (code, signal) => this.#ended(signal ?? `exit code ${String(code)}`));
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(data: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // That it takes no more is told by its end, which says why.
    this.#child.stdin.write(data, () => done());
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#hangUp('SIGHUP');
    const timer = setTimeout(() => this.#hangUp('SIGKILL'), patience);
    this.#child.once('close', () => clearTimeout(timer));
    done(error);
  }

  #ended(how: string): void {
    if (!this.destroyed) {
      this.destroy(new TunnelFailure(proxyCommandFailed(this.#alias, how, lastLine(this.#complaint))));
    }
  }

  /** Of the whole group: the command may have started others. */
  #hangUp(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) {
      return;
    }
    try {
      if (process.platform === 'win32') {
        this.#child.kill(signal);
      } else {
        process.kill(-pid, signal);
      }
    } catch {
      // It ended by itself.
    }
  }
}

function start(command: string, env: Environment): Child {
  const options = {
    cwd: localUser().home,
    // Nothing of our own: that may be of another window. What Windows needs, libuv adds.
    env,
    windowsHide: true,
    detached: process.platform !== 'win32',
  } as const;
  if (process.platform === 'win32') {
    return spawn(command, { ...options, shell: true, stdio: ['pipe', 'pipe', 'pipe'] });
  }
  const { SHELL: shell } = env;
  return spawn(shell === undefined || shell === '' ? '/bin/sh' : shell, ['-c', `exec ${command}`], {
    ...options,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
