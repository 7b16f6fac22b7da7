// What tests of faults share: servers, programs and files that last for one fault, and a window that records what it
// is shown.
import assert from 'node:assert/strict';
import { TunnelFailure } from '../../../src/tunnels/errors/errors';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import type { ConnectionSettings } from '../../../src/tunnels/daemon/protocol/protocol';
import { errorOf } from '../../../src/tunnels/model/state';
import type { ForwardState } from '../../../src/tunnels/model/state';
import { TestWindow, testDaemon } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';
import { target } from '../../support/targetAndClient';
import type { TargetServer } from '../../support/targetAndClient';
import { startSshd } from '../../support/sshd';
import type { Sshd, SshdOptions } from '../../support/sshd';
import { isolateFromHome } from '../../support/sshdSetup';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { unprivilegedDaemon } from './unprivilegedDaemon';

type Settings = Partial<ConnectionSettings>;
type Tunnel = Readonly<Record<string, unknown>>;

/** What a window was shown. */
export interface Shown {
  readonly error: TunnelError;
  /** As in the settings. */
  readonly tunnel: unknown;
  /** The host, port, path or user at fault: the message must name each. */
  readonly names: readonly string[];
}

export class FaultSetup implements AsyncDisposable {
  /** Sends a greeting to each client. */
  readonly greeter: TargetServer;
  /** A server that forbids nothing, for all rows. */
  readonly sharedServer: Sshd;
  readonly daemon: TestDaemon;
  readonly #own: AsyncDisposable[] = [];
  #rows = 0;
  #unprivileged: TestWindow | undefined;
  #window: TestWindow;

  private constructor(daemon: TestDaemon, sharedServer: Sshd, window: TestWindow, greeter: TargetServer) {
    this.daemon = daemon;
    this.sharedServer = sharedServer;
    this.#window = window;
    this.greeter = greeter;
  }

  static async open(): Promise<FaultSetup> {
    const [daemon, sharedServer, greeter] = await Promise.all([
      testDaemon(),
      startSshd(),
      target((socket) => socket.end('welcome')),
    ]);
    await isolateFromHome(sharedServer);
    return new FaultSetup(daemon, sharedServer, await TestWindow.open(daemon, sharedServer), greeter);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clear();
    this.#window.disconnect();
    await this.daemon[Symbol.asyncDispose]();
    await this.greeter[Symbol.asyncDispose]();
    await this.sharedServer.stop();
  }

  /** After each fault. */
  async clear(): Promise<void> {
    await this.#window.lease().catch(() => undefined);
    this.#window.answer = () => undefined;
    this.#unprivileged?.disconnect();
    this.#unprivileged = undefined;
    this.#rows++;
    for (const each of this.#own.splice(0).reverse()) {
      await each[Symbol.asyncDispose]();
    }
  }

  get window(): TestWindow {
    return this.#unprivileged ?? this.#window;
  }

  /** A new id for each fault, so that none sees the state of the one before. */
  get #id(): string {
    return `user:row ${this.#rows}`;
  }

  /** For this row, the daemon has no more rights than an ordinary user. */
  async useUnprivilegedDaemon(): Promise<void> {
    const daemon = this.keep(await testDaemon());
    this.#unprivileged = await unprivilegedDaemon(daemon, this.sharedServer);
  }

  /** Where the first forward listens. */
  get port(): number {
    return this.window.port(0, this.#id);
  }

  get forwards(): readonly ForwardState[] {
    return this.window.forwards(this.#id);
  }

  /** Why the tunnel is not up. */
  error(): TunnelError | undefined {
    return errorOf(this.window.state(this.#id));
  }

  /** Opens a window on a new daemon; the old one has ended. */
  async reopen(): Promise<void> {
    this.#window = await TestWindow.open(this.daemon, this.sharedServer);
  }

  /** Keeps it until the row is over. */
  keep<T extends AsyncDisposable>(thing: T): T {
    this.#own.push(thing);
    return thing;
  }

  async server(options: SshdOptions = {}): Promise<Sshd> {
    return this.keep(await startSshd(options));
  }

  async dir(): Promise<TempDir> {
    return this.keep(await tempDir('f-'));
  }

  /** A forward to a target that answers. */
  get forwardToGreeter(): string {
    return `0:127.0.0.1:${this.greeter.port}`;
  }

  /** A tunnel that the user starts, and that doesn't come up. */
  async start(
    tunnel: Tunnel,
    names: readonly string[],
    sshd = this.sharedServer,
    settings = {},
  ): Promise<Shown> {
    const whole = { localForward: this.forwardToGreeter, ...tunnel };
    await this.#lease(whole, sshd, settings);
    return { tunnel: whole, names, error: await this.#failure() };
  }

  /** The same with the row's own sshd, and the host of its ssh_config. */
  login(sshd: Sshd, names: readonly string[], settings: Settings = {}): Promise<Shown> {
    return this.start({ host: 'test-sshd' }, names, sshd, settings);
  }

  /** A tunnel that starts automatically, so no prompt is allowed. */
  async startAutomatically(sshd: Sshd, names: readonly string[], settings: Settings = {}): Promise<Shown> {
    const tunnel = { host: 'test-sshd', localForward: this.forwardToGreeter };
    await this.#lease(tunnel, sshd, settings, true);
    await this.window.untilStatus('blocked', this.#id);
    return { tunnel, names, error: definedError(errorOf(this.window.state(this.#id))) };
  }

  /** A tunnel that comes up with a failed forward. */
  async forward(tunnel: Tunnel, names: readonly string[], sshd = this.sharedServer): Promise<Shown> {
    await this.up(tunnel, sshd);
    const [state] = this.window.forwards(this.#id);
    assert.ok(state?.status === 'failed', JSON.stringify(state));
    return { tunnel: { host: 'test-sshd', ...tunnel }, names, error: state.error };
  }

  /** A forward that listens, and a client of it that doesn't get through. */
  async connection(
    tunnel: Tunnel,
    names: readonly string[],
    connect: () => Promise<unknown>,
    sshd = this.sharedServer,
  ): Promise<Shown> {
    await this.up(tunnel, sshd);
    await connect();
    let error: TunnelError | undefined;
    await this.window.until(() => {
      const [state] = this.window.forwards(this.#id);
      error = state?.status === 'listening' ? state.lastError : undefined;
      return error !== undefined;
    }, 'an error is reported');
    return { tunnel: { host: 'test-sshd', ...tunnel }, names, error: definedError(error) };
  }

  async up(tunnel: Tunnel, sshd: Pick<Sshd, 'configFile'> = this.sharedServer): Promise<void> {
    await this.#lease({ host: 'test-sshd', ...tunnel }, sshd, {});
    await this.window.client.start(this.#id);
  }

  /** Why a tunnel that is up goes down. */
  async lost(names: readonly string[], tunnel: Tunnel, kill: () => void): Promise<Shown> {
    let error: TunnelError | undefined;
    kill();
    await this.window.until(() => {
      const state = this.window.state(this.#id);
      error ??= state.status === 'up' ? undefined : errorOf(state);
      return error !== undefined;
    }, 'lost');
    return { tunnel: { host: 'test-sshd', ...tunnel }, names, error: definedError(error) };
  }

  async #lease(
    tunnel: Tunnel,
    sshd: Pick<Sshd, 'configFile'>,
    settings: Settings,
    want = false,
  ): Promise<void> {
    const own = { sshConfigFile: sshd.configFile, ...settings };
    await this.window.lease({ id: this.#id, tunnel, want, settings: own });
  }

  async #failure(): Promise<TunnelError> {
    const reason: unknown = await this.window.client.start(this.#id).catch((error: unknown) => error);
    assert.ok(reason instanceof TunnelFailure, `it came up: ${String(reason)}`);
    return reason.error;
  }
}

function definedError(error: TunnelError | undefined): TunnelError {
  assert.ok(error);
  return error;
}
