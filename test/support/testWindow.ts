// A window without an editor: talks to a real daemon, as the extension does, for the integration tests.
import { resolve } from 'node:path';
import type { Address } from '../../src/tunnels/util/address';
import type { TunnelDefinition, X11Program } from '../../src/tunnels/config/definition';
import { parseTunnel } from '../../src/tunnels/config/parsing/parseTunnel';
import type { ProgramSnapshot, ProgramState } from '../../src/tunnels/model/programState';
import type { Question, SecretQuestion } from '../../src/tunnels/model/prompt';
import type { HopProtection } from '../../src/tunnels/model/protection';
import type { CompressionCounts } from '../../src/tunnels/model/snapshot';
import type { ForwardState, TunnelState } from '../../src/tunnels/model/state';
import { DaemonClient } from '../../src/tunnels/daemon/client/client';
import { leasedEnvironment } from '../../src/tunnels/daemon/protocol/leasedEnvironment';
import type {
  ConnectionSettings,
  LeasedTunnel,
  LogLine,
  ProjectSockets,
  TunnelReport,
} from '../../src/tunnels/daemon/protocol/protocol';
import { longWaitMs } from './eventually';
import { inEnglish } from './inEnglish';
import type { Sshd } from './sshd';
import { tempDir } from './tempDir';

/** The bundle that ships; `npm test` builds it first. */
export const daemonScript = resolve('dist/tunnelDaemon.js');

/** An entry of `sshTunnels.tunnels`, parsed. */
export function define(value: unknown): TunnelDefinition {
  const parsed = parseTunnel('test', value, 'user');
  if (!('entry' in parsed)) {
    throw new Error(parsed.problems.map(({ message }) => inEnglish(message)).join(' '));
  }
  return parsed.entry.definition;
}

/** A daemon of the test's own, which no other test and no editor sees. The first window starts it. */
export interface TestDaemon extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv;
}

export async function testDaemon(): Promise<TestDaemon> {
  const folder = await tempDir('h-');
  const env = { ...process.env, XDG_RUNTIME_DIR: folder.path, LOCALAPPDATA: folder.path };
  return {
    env,
    async [Symbol.asyncDispose]() {
      await killDaemon(env);
      await folder.remove();
    },
  };
}

/** Only one with the protocol version of this code. */
export async function killDaemon(env: NodeJS.ProcessEnv): Promise<void> {
  const client = await DaemonClient.connect(
    { script: undefined, env },
    { windowId: 'cleanup' },
    silent,
  ).catch(() => undefined);
  if (client) {
    process.kill(client.daemonPid, 'SIGKILL');
    client.dispose();
  }
}

const silent = {
  onReport: () => undefined,
  onStoppedByUser: () => undefined,
  onStartedByUser: () => undefined,
  onTakenOver: () => undefined,
  onLog: () => undefined,
  onQuestion: () => Promise.resolve(undefined),
  onClosed: () => undefined,
};

/** What differs between windows. */
export interface WindowTraits {
  readonly windowId?: string;
  readonly title?: string;
  /** In addition to the test's own variables. */
  readonly env?: NodeJS.ProcessEnv;
  /** The daemon script that it starts if none runs. */
  readonly script?: string;
  /** It reads OpenSSH's own files, in the user's real home, and not the sshd's configuration for clients. */
  readonly readsOwnHome?: boolean;
}

export interface LeaseEntry {
  readonly id: string;
  readonly name?: string;
  readonly tunnel: unknown;
  readonly want?: boolean;
  readonly onDemand?: boolean;
  readonly consent?: string;
  /** It comes from a project. */
  readonly project?: ProjectSockets;
  readonly rememberedPorts?: Readonly<Record<string, number>>;
  readonly settings?: Partial<ConnectionSettings>;
}

/** What a window needs to know of a server: its ssh_config. */
type SshServer = Pick<Sshd, 'configFile'>;

export class TestWindow {
  readonly log: string[] = [];
  /** The same with level and tunnel. */
  readonly logLines: LogLine[] = [];
  readonly questions: Question[] = [];
  readonly stopped: string[] = [];
  /** Started in another window. */
  readonly started: string[] = [];
  /** Handed over to a newer version. */
  readonly takenOver: string[] = [];
  closed = false;
  /** How many reports it has got. */
  reportCount = 0;
  /** What the user would answer. */
  answer: (question: Question) => string | undefined | Promise<string | undefined> = () => undefined;
  /** What this window has saved for such a prompt. */
  recall: (question: SecretQuestion) => string | undefined = () => undefined;
  /** Which answers were right or wrong: "password 1 wrong". */
  readonly judged: string[] = [];
  readonly #reports = new Map<string, TunnelReport>();
  readonly #definitions = new Map<string, TunnelDefinition>();
  /** Every state of each tunnel so far, in words. */
  readonly #history = new Map<string, string[]>();
  readonly #listeners = new Set<() => void>();
  readonly #sshConfigFile: string | undefined;
  /** Like an extension host's environment: the test's own by default. Leased as the product does. */
  env: NodeJS.ProcessEnv = process.env;
  #client: DaemonClient | undefined;

  private constructor(sshConfigFile: string | undefined) {
    this.#sshConfigFile = sshConfigFile;
  }

  static async open(
    daemon: TestDaemon,
    sshd: SshServer,
    traits: WindowTraits | string = {},
  ): Promise<TestWindow> {
    const {
      windowId = 'window',
      title,
      env,
      script = daemonScript,
      readsOwnHome = false,
    } = typeof traits === 'string' ? { windowId: traits } : traits;
    const window = new TestWindow(readsOwnHome ? undefined : sshd.configFile);
    window.env = { ...process.env, ...env };
    const hello = { windowId, ...(title === undefined ? {} : { title }) };
    window.#client = await DaemonClient.connect({ script, env: daemon.env }, hello, {
      onReport: (reports) => window.#heard(reports),
      onStoppedByUser: (id) => window.stopped.push(id),
      onStartedByUser: (id) => window.started.push(id),
      onTakenOver: (id) => window.takenOver.push(id),
      onLog: (line) => {
        window.log.push(line.text);
        window.logLines.push(line);
        window.#notify();
      },
      onQuestion: async (question) => {
        window.questions.push(question);
        return window.answer(question);
      },
      secrets: {
        recall: (question) => Promise.resolve(window.recall(question)),
        judged: ({ kind, attempt }, right) =>
          window.judged.push(`${kind} ${attempt} ${right ? 'right' : 'wrong'}`),
      },
      onClosed: () => {
        window.closed = true;
        window.#notify();
      },
    });
    return window;
  }

  get client(): DaemonClient {
    if (!this.#client) {
      throw new Error('the window is not open');
    }
    return this.#client;
  }

  /** Leases exactly these tunnels. */
  async lease(...entries: readonly LeaseEntry[]): Promise<void> {
    await this.client.setLease({
      env: leasedEnvironment(this.env),
      tunnels: entries.map((entry) => this.#leased(entry)),
    });
  }

  /** Leases one tunnel, starts it, and waits until it is up. */
  async bringUp(tunnel: unknown, id = 'user:t'): Promise<void> {
    await this.lease({ id, tunnel, want: false });
    await this.client.start(id);
  }

  #leased(entry: LeaseEntry): LeasedTunnel {
    const {
      id,
      name,
      tunnel,
      want = true,
      onDemand,
      consent,
      project,
      rememberedPorts = {},
      settings,
    } = entry;
    const definition = define(tunnel);
    this.#definitions.set(id, definition);
    return {
      id,
      ...(name === undefined ? {} : { name }),
      definition,
      settings: {
        ...(this.#sshConfigFile !== undefined && { sshConfigFile: this.#sshConfigFile }),
        reconnectMaxDelay: 30,
        ...settings,
      },
      want,
      rememberedPorts,
      ...(onDemand && { onDemand }),
      ...(consent === undefined ? {} : { consent }),
      ...(project && { project }),
    };
  }

  state(id = 'user:t'): TunnelState {
    return this.#reports.get(id)?.state ?? { status: 'stopped' };
  }

  protection(id = 'user:t'): readonly HopProtection[] | undefined {
    return this.#reports.get(id)?.protection;
  }

  compression(id = 'user:t'): CompressionCounts | undefined {
    return this.#reports.get(id)?.compression;
  }

  forwards(id = 'user:t'): readonly ForwardState[] {
    return Object.values(this.#reports.get(id)?.forwards ?? {});
  }

  programs(id = 'user:t'): readonly ProgramSnapshot[] {
    return this.#reports.get(id)?.programs ?? [];
  }

  /** The state of the program with this name. */
  program(name: string, id = 'user:t'): ProgramState {
    const found = this.programs(id).find(({ program }) => program.name === name);
    return found?.state ?? { status: 'ready' };
  }

  /** Runs one of the tunnel's own programs, or a typed one. */
  async run(program: string | X11Program, id = 'user:t'): Promise<void> {
    if (typeof program !== 'string') {
      await this.client.runProgram(id, program);
      return;
    }
    const own = this.#definitions.get(id)?.x11Programs.find(({ name }) => name === program);
    if (!own) {
      throw new Error(`${id} has no program ${program}`);
    }
    await this.client.runProgram(id, own);
  }

  forwardKeys(id = 'user:t'): readonly string[] {
    return Object.keys(this.#reports.get(id)?.forwards ?? {});
  }

  history(id = 'user:t'): readonly string[] {
    return this.#history.get(id) ?? [];
  }

  /** The port that a forward listens on. */
  port(index = 0, id = 'user:t'): number {
    const forward = this.forwards(id)[index];
    const bound: Address | undefined = forward?.status === 'listening' ? forward.bound[0] : undefined;
    if (!bound || !('port' in bound)) {
      throw new Error(`forward ${index} of ${id} does not listen: ${JSON.stringify(forward)}`);
    }
    return bound.port;
  }

  /** @throws Error with the actual state */
  async until(reached: () => boolean, what: string, milliseconds = longWaitMs): Promise<void> {
    await new Promise<void>((resolve, reject) => {
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
        }
      };
      const timer = setTimeout(() => {
        const now = JSON.stringify([...this.#reports.values()]);
        settle(new Error(`not ${what} within ${milliseconds} ms, but ${now}\n${this.log.join('\n')}`));
      }, milliseconds);
      this.#listeners.add(check);
      check();
    });
  }

  untilStatus(status: TunnelState['status'], id = 'user:t', milliseconds?: number): Promise<void> {
    return this.until(() => this.state(id).status === status, `${id} ${status}`, milliseconds);
  }

  /** Disconnects without a message, like a window that crashes or reloads. */
  disconnect(): void {
    this.client.dispose();
  }

  #heard(reports: readonly TunnelReport[]): void {
    this.reportCount++;
    for (const report of reports) {
      const history = this.#history.get(report.id) ?? [];
      if (history.at(-1) !== report.state.status) {
        history.push(report.state.status);
      }
      this.#history.set(report.id, history);
      this.#reports.set(report.id, report);
    }
    this.#notify();
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }
}
