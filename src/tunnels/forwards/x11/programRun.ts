// One run of a remote program (ssh -X host program), from finding a display to cleaning up on the server.
import { randomBytes } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import type { X11Program } from '../../config/definition';
import { TunnelFailure } from '../../errors/errors';
import { startCancelled } from '../../errors/auth';
import { displayClosed, programLostConnection } from '../../errors/x11';
import type { ProgramExit, ProgramState } from '../../model/programState';
import type { SshSession } from '../../ssh/session/session';
import { unlessAborted } from '../../util/abortable';
import { Relay } from '../relay/relay';
import type { Display } from './display';
import { CookieSwap } from './cookieSwap';
import type { X11Client } from './cookieSwap';
import { OneShot } from '../../util/oneShot';
import { RemoteDisplay, serialize, removeRemoteCookie } from './remoteXauth';
import { OutputTail } from './outputTail';
import { stateAfter } from './programEnd';
import { endProgram } from './programStop';
import type { Log } from '../../util/log';

/** After this time a program without a window counts as running: it may start slowly. */
const settleTimeoutMs = 2000;
/** For sshd to store the program's cookie on the server. A program that shows a window has found it. */
const cookieTimeoutMs = 500;
/** For the server to close the channel after the program was disconnected. */
const closeTimeoutMs = 500;

export interface ProgramRunOptions {
  readonly program: X11Program;
  /** @throws TunnelFailure */
  readonly openDisplay: () => Promise<Display>;
  /** Starts the tunnel. @throws TunnelFailure */
  readonly connect: () => Promise<SshSession>;
  readonly onChange: () => void;
  readonly log: Log;
}

/** The parts of a launched program. */
interface Launched {
  readonly session: SshSession;
  readonly display: Display;
  readonly channel: ClientChannel;
  readonly remoteDisplay: RemoteDisplay;
}

export class ProgramRun {
  readonly program: X11Program;
  /** Resolves when it shows a window, has run for a while, or has ended normally. @throws TunnelFailure */
  readonly settled: Promise<void>;
  /** Resolves when everything is closed and cleaned up. Never rejects. */
  readonly over: Promise<void>;
  readonly #options: ProgramRunOptions;
  readonly #stopping = new AbortController();
  readonly #traffic = { bytesIn: 0, bytesOut: 0 };
  readonly #relays = new Set<Relay>();
  readonly #output: OutputTail;
  /** It has connected to the display. */
  readonly #shown = new OneShot();
  /** Its command and all its windows have ended. */
  readonly #ended = new OneShot();
  /** Everything is cleaned up, too. */
  readonly #finished = new OneShot();
  #state: ProgramState = { status: 'starting' };
  #launched: Launched | undefined;
  #exit: ProgramExit = {};
  #startedAt = 0;
  #hasExited = false;
  #isChannelOpen = false;
  #hadWindow = false;

  constructor(options: ProgramRunOptions) {
    const { program, log } = options;
    this.program = program;
    this.#options = options;
    this.#output = new OutputTail(program.name, log);
    const launching = this.#launch();
    this.settled = launching.then(() => this.#settle());
    this.settled.catch(() => undefined);
    this.over = launching.then(
      () => this.#finished.reached,
      () => undefined,
    );
  }

  get state(): ProgramState {
    if (this.#state.status !== 'running') {
      return this.#state;
    }
    const said = this.#output.lastLine;
    return {
      status: 'running',
      since: this.#startedAt,
      windows: this.#relays.size,
      ...(this.#hasExited && { isDetached: true }),
      ...(said !== undefined && { said }),
    };
  }

  /** Ends the program, not only its channel. Resolves when everything is cleaned up. Never rejects. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#state.status === 'running') {
      this.#enter({ status: 'stopping' });
      await this.#end();
    }
    await this.over;
  }

  async #launch(): Promise<void> {
    const { openDisplay, connect, program, log } = this.#options;
    let display: Display | undefined;
    try {
      display = await openDisplay();
      this.#unlessStopped();
      const session = await unlessAborted(connect(), this.#stopping.signal);
      const cookie = randomBytes(16);
      const request = { cookie: cookie.toString('hex'), screen: display.name.screen };
      const expecting = CookieSwap.of(session, log).expect({
        cookie,
        onClient: (client) => void this.#addClient(client),
      });
      void this.over.then(() => expecting[Symbol.dispose]());
      const remoteDisplay = new RemoteDisplay(session, request.cookie);
      const channel = await serialize(session, async () => ({
        result: await session.commands.run(program.command, request),
        // Looked up now, because there may be little time later.
        done: this.#shown.within(cookieTimeoutMs).then(() => remoteDisplay.find()),
      }));
      this.#begin({ session, display, channel, remoteDisplay });
      if (this.#stopping.signal.aborted) {
        await this.#end();
        await this.#finished.reached;
        throw new TunnelFailure(startCancelled());
      }
    } catch (error) {
      await display?.close();
      this.#enter(this.#stateAfterFailure(error));
      throw error;
    }
  }

  #unlessStopped(): void {
    if (this.#stopping.signal.aborted) {
      throw new TunnelFailure(startCancelled());
    }
  }

  #stateAfterFailure(error: unknown): ProgramState {
    return error instanceof TunnelFailure && !this.#stopping.signal.aborted
      ? { status: 'failed', at: Date.now(), error: error.error }
      : { status: 'ready' };
  }

  #begin(launched: Launched): void {
    const { session, display, channel } = launched;
    this.#launched = launched;
    this.#isChannelOpen = true;
    this.#startedAt = Date.now();
    channel.on('error', () => undefined);
    this.#output.listenTo(channel, false);
    this.#output.listenTo(channel.stderr, true);
    channel.on('exit', (code: number | null, signal?: string) => {
      this.#exit =
        code === null ? (signal === undefined ? {} : { signal: signal.replace(/^SIG/, '') }) : { code };
      this.#hasExited = true;
      this.#options.onChange();
    });
    channel.once('close', () => {
      this.#isChannelOpen = false;
      this.#finishIfOver();
    });
    // Called in the tick in which the session ends, before its channels close.
    const lost = session.onClosed(() => this.#cutOff());
    void this.#finished.reached.then(() => lost[Symbol.dispose]());
    display.onGone(() => this.#displayClosed());
    this.#enter({ status: 'running', since: this.#startedAt, windows: 0 });
  }

  /** @throws TunnelFailure why it has failed already */
  async #settle(): Promise<void> {
    void this.#finished.reached.then(() => this.#shown.reach());
    await this.#shown.within(settleTimeoutMs);
    const { state } = this;
    if (state.status === 'failed') {
      throw new TunnelFailure(state.error);
    }
  }

  async #addClient({ channel, setup }: X11Client): Promise<void> {
    const launched = this.#launched;
    try {
      if (!launched) {
        throw new Error('it has not started yet');
      }
      const { socket, cookie } = await launched.display.connect();
      if (this.#launched === undefined) {
        socket.destroy();
        throw new Error('it has ended');
      }
      socket.write(setup.with(cookie));
      const relay = new Relay(socket, channel, this.#traffic, launched.session.gate);
      this.#relays.add(relay);
      void relay.done.then(() => {
        this.#relays.delete(relay);
        this.#finishIfOver();
      });
      if (!this.#hadWindow) {
        this.#hadWindow = true;
        this.#shown.reach();
        this.#options.onChange();
      }
      socket.resume();
      channel.resume();
    } catch (error) {
      this.#options.log.warn(`"${this.program.name}" could not connect to the display: ${String(error)}`);
      channel.resume();
      channel.destroy();
    }
  }

  /** Windows may outlive the command (ssh -f), and the command its windows. */
  #finishIfOver(): void {
    if (!this.#isChannelOpen && this.#relays.size === 0) {
      const host = this.#launched?.session.host.hostName ?? '';
      this.#finish(
        this.#stopping.signal.aborted
          ? { status: 'ready' }
          : stateAfter(this.program, host, {
              exit: this.#exit,
              hadWindow: this.#hadWindow,
              said: this.#output.text,
              at: Date.now(),
            }),
      );
    }
  }

  #finish(state: ProgramState): void {
    const launched = this.#launched;
    if (!launched) {
      return;
    }
    this.#launched = undefined;
    this.#ended.reach();
    this.#enter(state);
    const { session, display, remoteDisplay } = launched;
    void Promise.all([removeRemoteCookie(session, remoteDisplay), display.close()]).then(() =>
      this.#finished.reach(),
    );
  }

  #cutOff(): void {
    const launched = this.#launched;
    this.#abortRelays();
    const error = programLostConnection(this.program.name, launched?.session.host.hostName ?? 'the server');
    this.#finish(
      this.#stopping.signal.aborted
        ? { status: 'ready' }
        : { status: 'failed', at: Date.now(), error, isCutOff: true },
    );
  }

  /** If a nested display ends, the user has closed its window: not an error. */
  #displayClosed(): void {
    const { program } = this;
    const display = this.#launched?.display.name.text ?? '';
    if (this.#launched && program.nested === undefined && !this.#stopping.signal.aborted) {
      const error = displayClosed(program.name, display);
      void this.#end().then(() => this.#enter({ status: 'failed', at: Date.now(), error }));
    } else {
      this.#stopping.abort();
      void this.#end();
    }
  }

  /** Ends the program, and disconnects it from the display if it does not end. */
  async #end(): Promise<void> {
    const launched = this.#launched;
    if (!launched) {
      return;
    }
    await endProgram({ ...launched, over: this.#ended });
    this.#abortRelays();
    await this.#ended.within(closeTimeoutMs);
    if (this.#isChannelOpen) {
      // Other processes that the command started may hold the channel open.
      launched.channel.destroy();
      await this.#ended.within(closeTimeoutMs);
    }
    if (this.#launched) {
      this.#isChannelOpen = false;
      this.#finishIfOver();
    }
  }

  #abortRelays(): void {
    for (const relay of [...this.#relays]) {
      relay.abort();
    }
  }

  #enter(state: ProgramState): void {
    this.#state = state;
    this.#options.onChange();
  }
}
