// Runs ProxyCommand of the user's own ssh_config: a child process with the connection on its stdin and stdout.
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Duplex } from 'node:stream';
import type { Environment } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import { invalidDefinition } from '../../errors/definition';
import { proxyCommandFailed } from '../../errors/ssh/jumpHost';
import type { ProxyCommandEnd } from '../../errors/ssh/jumpHost';
import { deferred as l10n } from '../../util/l10n';
import { quote, unquoted } from '../../util/shown';
import { expandTokens } from '../config/expandTokens';
import { localUser } from '../config/localUser';
import type { HostConfig } from '../config/hostConfig';
import { lastLine, printable } from '../../util/untrustedText';
import type { Log } from '../../util/log';

/** How much of its stderr is shown in the error. */
const maxStderrLength = 500;
/** Time from SIGHUP to SIGKILL. */
const killTimeoutMs = 1000;

/**
 * The characters allowed in a value for the shell. Names of Windows domain users contain a `\`, harmless there. A second
 * `%` could make a variable of cmd.exe.
 */
const safePattern =
  process.platform === 'win32' ? /^[\w.@:+\\-]*(%[\w.@:+\\-]*)?$/ : /^[\w.@:+-]*(%[\w.@:+-]*)?$/;

export type ProxyTarget = Pick<HostConfig, 'alias' | 'hostName' | 'port' | 'user'>;

/**
 * Expands the tokens of the command (`%%`, `%h`, `%n`, `%p`, `%r`, as ssh_config(5) lists for ProxyCommand).
 * @throws TunnelFailure InvalidDefinition for a value with a special meaning in the shell, or an unknown token
 */
function expandProxyCommand(command: string, { alias, hostName, port, user }: ProxyTarget): string {
  const values = { h: hostName, n: alias, p: String(port), r: user };
  for (const [token, value] of Object.entries(values)) {
    if (usesToken(command, token) && (!safePattern.test(value) || value.startsWith('-'))) {
      throw new TunnelFailure(
        invalidDefinition(
          l10n.t(
            'The ProxyCommand for {host} was not run: %{token} ({value}) contains a character that has a meaning in a shell.',
            { host: unquoted(alias), token: unquoted(token), value: quote(value) },
          ),
          l10n.t('Add a Host block with plain names to your SSH config, or use ProxyJump.'),
        ),
      );
    }
  }
  // `${…}` is left to the shell.
  return expandTokens(command, { ...values, '%': '%' }, undefined);
}

function usesToken(command: string, token: string): boolean {
  return command.replaceAll('%%', '').includes(`%${token}`);
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export class ProxyCommand extends Duplex {
  readonly #child: Child;
  readonly #alias: string;
  #stderrTail = '';

  /**
   * Starts the command like OpenSSH does: in the user's shell, which it replaces.
   * @param env the environment of the window that requested the tunnel
   * @param log receives its stderr line by line
   * @throws as expandProxyCommand()
   */
  constructor(command: string, target: ProxyTarget, env: Environment, log: Log) {
    super({ autoDestroy: true });
    this.#alias = target.alias;
    this.#child = start(expandProxyCommand(command, target), env);
    const { stdin, stdout, stderr, pid } = this.#child;
    // Not the command: a password may stand in it.
    log.debug(`Started ProxyCommand of ${target.alias}: process ${pid ?? 'unknown'}`);
    stdout.on('data', (data: Buffer) => {
      if (!this.push(data)) {
        stdout.pause();
      }
    });
    stdin.on('error', () => undefined);
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderrTail = (this.#stderrTail + text).slice(-maxStderrLength);
      for (const line of text.split('\n').map(printable).filter(Boolean)) {
        log.info(`ProxyCommand of ${target.alias}: ${line}`);
      }
    });
    this.#child.on('error', (error) => this.#exited({ notStarted: error.message }));
    // Not 'exit': its last output is still to be read.
    this.#child.on('close', (code, signal) =>
      this.#exited(signal === null ? { exitCode: code ?? -1 } : { signal }),
    );
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(data: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // A write error isn't reported here: the end of the process follows, with the reason.
    this.#child.stdin.write(data, () => done());
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#kill('SIGHUP');
    const timer = setTimeout(() => this.#kill('SIGKILL'), killTimeoutMs);
    this.#child.once('close', () => clearTimeout(timer));
    done(error);
  }

  #exited(end: ProxyCommandEnd): void {
    if (!this.destroyed) {
      this.destroy(new TunnelFailure(proxyCommandFailed(this.#alias, end, lastLine(this.#stderrTail))));
    }
  }

  /** Signals the whole process group: the command may have started other processes. */
  #kill(signal: NodeJS.Signals): void {
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
      // It has already ended.
    }
  }
}

function start(command: string, env: Environment): Child {
  const options = {
    cwd: localUser().home,
    // Nothing of the daemon's environment, which may come from another window. On Windows, libuv adds what is required.
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
