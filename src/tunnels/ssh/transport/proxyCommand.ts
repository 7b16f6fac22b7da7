// Runs ProxyCommand of the user's own ssh_config: a child process with the connection on its stdin and stdout.
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio, SpawnOptions } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Duplex } from 'node:stream';
import type { Environment } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import { invalidDefinition } from '../../errors/definition';
import { proxyCommandFailed } from '../../errors/ssh/jumpHost';
import type { ProxyCommandEnd } from '../../errors/ssh/jumpHost';
import { deferred as l10n } from '../../util/l10n';
import { quote, unquoted } from '../../util/shown';
import { expandTokens, proxyTokens } from '../config/expandTokens';
import { localUser } from '../config/localUser';
import type { HostConfig } from '../config/hostConfig';
import { CommandOutput } from './commandOutput';
import { currentFolderFor } from '../../util/system/currentFolder';
import { ProcessGroup, leadsGroup } from '../../util/system/processGroup';
import type { Log } from '../../util/log';

/** Milliseconds from SIGHUP to SIGKILL. */
const killTimeoutMs = 1000;
/** Milliseconds after the end of its output: how it ended, and why, is still to be read. */
const outputGraceMs = 200;
const maxSaidLength = 1000;

/**
 * The characters allowed in a value for the shell. Names of Windows domain users contain a `\`, harmless there. A second
 * `%` could make a variable of cmd.exe.
 */
const safePattern =
  process.platform === 'win32'
    ? /^[\p{L}\p{M}\p{N}_.@:+\\-]*(%[\w.@:+\\-]*)?$/u
    : /^[\p{L}\p{M}\p{N}_.@:+-]*(%[\w.@:+-]*)?$/u;

export type ProxyTarget = Pick<HostConfig, 'alias' | 'hostName' | 'port' | 'user'> &
  Partial<Pick<HostConfig, 'hostKeyAlias'>>;

/** @throws TunnelFailure InvalidDefinition for a value with a special meaning in the shell, or an unknown token */
function expandProxyCommand(command: string, target: ProxyTarget): string {
  const { alias } = target;
  const values = proxyTokens(target);
  for (const [token, value] of Object.entries(values)) {
    if (token !== '%' && usesToken(command, token) && (!safePattern.test(value) || value.startsWith('-'))) {
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
  return expandTokens(command, values, undefined);
}

function usesToken(command: string, token: string): boolean {
  return command.replaceAll('%%', '').includes(`%${token}`);
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export interface ProxyCommandOptions {
  /** The environment of the window that requested the tunnel. */
  readonly env: Environment;
  /** Receives its standard error line by line. */
  readonly log: Log;
  /** Called with the last lines of its standard error whenever there is another one, until it is connected. */
  readonly onOutput: (lines: readonly string[]) => void;
}

export class ProxyCommand extends Duplex {
  readonly #child: Child;
  readonly #group: ProcessGroup;
  readonly #alias: string;
  readonly #output: CommandOutput;
  #isConnected = false;
  /** The beginning of its output until then. */
  #said = '';
  #end: ProxyCommandEnd = 'outputClosed';

  /**
   * Starts the command like OpenSSH does: in the user's shell, which it replaces.
   * @throws as expandProxyCommand()
   */
  constructor(command: string, target: ProxyTarget, { env, log, onOutput }: ProxyCommandOptions) {
    super({ autoDestroy: true });
    const who = `ProxyCommand of ${target.alias}`;
    this.#alias = target.alias;
    this.#child = start(expandProxyCommand(command, target), env);
    this.#group = new ProcessGroup(this.#child);
    this.#output = new CommandOutput(who, log, (lines) => {
      if (!this.#isConnected && !this.destroyed) {
        onOutput(lines);
      }
    });
    const { stdin, stdout, stderr, pid } = this.#child;
    // Not the command: a password may stand in it.
    log.debug(`Started ${who}: process ${pid ?? 'unknown'}`);
    stdout.on('data', (data: Buffer) => {
      if (!this.#isConnected) {
        this.#said = (this.#said + data.toString()).slice(0, maxSaidLength);
      }
      if (!this.push(data)) {
        stdout.pause();
      }
    });
    // The connection ends with the output, as for ssh. Another process may keep the standard error open.
    stdout.once('end', () => setTimeout(() => this.#ended(), outputGraceMs));
    stdin.on('error', () => undefined);
    stderr.on('data', (data: Buffer) => this.#output.add(data));
    this.#child.on('error', (error) => {
      this.#end = { notStarted: error.message };
      this.#ended();
    });
    this.#child.on('exit', (code, signal) => {
      this.#end = signal === null ? { exitCode: code ?? -1 } : { signal };
    });
    // Not 'exit': its last output is still to be read.
    this.#child.on('close', () => this.#ended());
  }

  /** The last lines of its standard error. */
  get lastLines(): readonly string[] {
    return this.#output.lastLines;
  }

  /** Whether an SSH server has answered through it. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Call it when an SSH server has answered through it: the wait is over. */
  connected(): void {
    this.#isConnected = true;
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

  /** Closed means ended: the command and all that it has started in its process group. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#output.end();
    void this.#group.end(killTimeoutMs).then(() => {
      for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) {
        stream.destroy();
      }
      done(error);
    });
  }

  #ended(): void {
    if (!this.destroyed) {
      this.#output.end();
      // Some programs, and HTTP proxies behind them, report their failure where the server should answer.
      const [words = ''] = this.#isConnected ? [] : this.#said.trim().split('\n', 1);
      if (!words.startsWith('SSH-')) {
        this.#output.add(Buffer.from(`${words}\n`));
      }
      this.destroy(new TunnelFailure(proxyCommandFailed(this.#alias, this.#end, this.lastLines.join('\n'))));
    }
  }
}

function start(command: string, env: Environment): Child {
  const options = {
    ...leadsGroup,
    cwd: currentFolderFor(localUser().home),
    // Nothing of the daemon's environment, which may come from another window. On Windows, libuv adds what is required.
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  } satisfies SpawnOptions;
  if (process.platform === 'win32') {
    return spawn(command, { ...options, shell: true });
  }
  const { SHELL: shell } = env;
  return spawn(shell === undefined || shell === '' ? '/bin/sh' : shell, ['-c', `exec ${command}`], options);
}
