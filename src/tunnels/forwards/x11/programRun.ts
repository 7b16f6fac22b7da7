// One run of a remote program (ssh -X host program), from finding a display to cleaning up on the server.
import { randomBytes } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import type { X11Program } from '../../config/definition';
import { TunnelFailure } from '../../errors/errors';
import { startCancelled } from '../../errors/ssh/authenticationCancelled';
import { displayClosed } from '../../errors/forwards/x11';
import { programLostConnection } from '../../errors/ssh/connectionLost';
import type { ProgramState } from '../../model/programState';
import type { SshSession } from '../../ssh/session/session';
import { unlessAborted } from '../../util/promises';
import type { Display } from './display';
import { CookieSwap } from './cookieSwap';
import type { X11Client } from './cookieSwap';
import { OneShot } from '../../util/promises';
import { ProgramWindows } from './programWindows';
import { RemoteProgram, stateAfter } from './remoteProgram';
import { RemoteDisplay, serialize } from './remoteXauth';
import type { Share } from '../../util/fairLimit';
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
  /** Its connections to the display. */
  readonly sockets: Share;
}

/** A program that has been started on the server, and where it shows its windows. */
interface Launched {
  readonly remote: RemoteProgram;
  readonly display: Display;
}

export class ProgramRun {
  readonly program: X11Program;
  /** Resolves when it shows a window, has run for a while, or has ended normally. @throws TunnelFailure */
  readonly settled: Promise<void>;
  /** Resolves when everything is closed and cleaned up. Never rejects. */
  readonly over: Promise<void>;
  readonly #options: ProgramRunOptions;
  readonly #stopping = new AbortController();
  readonly #windows: ProgramWindows;
  /** Its command and all its windows have ended. */
  readonly #ended = new OneShot();
  /** Everything is cleaned up, too. */
  readonly #finished = new OneShot();
  #state: ProgramState = { status: 'starting' };
  #launched: Launched | undefined;

  constructor(options: ProgramRunOptions) {
    this.program = options.program;
    this.#options = options;
    this.#windows = new ProgramWindows({
      sockets: options.sockets,
      onShown: options.onChange,
      onClosed: () => this.#finishIfOver(),
    });
    const launching = this.#launch();
    this.settled = launching.then(() => this.#settle());
    this.settled.catch(() => undefined);
    this.over = launching.then(
      () => this.#finished.reached,
      () => undefined,
    );
  }

  get state(): ProgramState {
    if (this.#state.status !== 'running' || !this.#launched) {
      return this.#state;
    }
    const { exit, lastLine: said } = this.#launched.remote;
    return {
      ...this.#state,
      windows: this.#windows.count,
      ...(exit && { isDetached: true }),
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
        done: this.#windows.shown.within(cookieTimeoutMs).then(() => remoteDisplay.find()),
      }));
      this.#begin(session, channel, remoteDisplay, display);
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

  #begin(session: SshSession, channel: ClientChannel, remoteDisplay: RemoteDisplay, display: Display): void {
    const { log, onChange } = this.#options;
    const remote = new RemoteProgram({
      name: this.program.name,
      session,
      channel,
      remoteDisplay,
      log,
      onExit: onChange,
      onClose: () => this.#finishIfOver(),
    });
    this.#launched = { remote, display };
    // Called in the tick in which the session ends, before its channels close.
    const lost = session.onClosed(() => this.#cutOff());
    void this.#finished.reached.then(() => lost[Symbol.dispose]());
    display.onGone(() => this.#displayClosed());
    this.#enter({ status: 'running', since: Date.now(), windows: 0 });
  }

  /** @throws TunnelFailure why it has failed already */
  async #settle(): Promise<void> {
    await Promise.race([this.#windows.shown.within(settleTimeoutMs), this.#finished.reached]);
    const { state } = this;
    if (state.status === 'failed') {
      throw new TunnelFailure(state.error);
    }
  }

  async #addClient(client: X11Client): Promise<void> {
    try {
      if (!this.#launched) {
        throw new Error('it has not started yet');
      }
      const { remote, display } = this.#launched;
      await this.#windows.open(client, display, remote.session.gate);
    } catch (error) {
      this.#options.log.warn(`"${this.program.name}" could not connect to the display: ${String(error)}`);
      client.channel.resume();
      client.channel.destroy();
    }
  }

  /** Windows may outlive the command (ssh -f), and the command its windows. */
  #finishIfOver(): void {
    const remote = this.#launched?.remote;
    if (remote && !remote.isOpen && this.#windows.count === 0) {
      this.#finish(this.#stateAfterEnd(remote));
    }
  }

  #stateAfterEnd({ exit = {}, said, session }: RemoteProgram): ProgramState {
    const hadWindow = this.#windows.shown.isReached;
    return this.#stopping.signal.aborted
      ? { status: 'ready' }
      : stateAfter(this.program, session.host.hostName, { exit, hadWindow, said, at: Date.now() });
  }

  #finish(state: ProgramState): void {
    const launched = this.#launched;
    if (!launched) {
      return;
    }
    this.#launched = undefined;
    this.#windows.end();
    this.#ended.reach();
    this.#enter(state);
    const { remote, display } = launched;
    void Promise.all([remote.removeCookie(), display.close()]).then(() => this.#finished.reach());
  }

  #cutOff(): void {
    const host = this.#launched?.remote.session.host.hostName ?? 'the server';
    this.#windows.abort();
    const error = programLostConnection(this.program.name, host);
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
    const remote = this.#launched?.remote;
    if (!remote) {
      return;
    }
    await remote.end(this.#ended);
    this.#windows.abort();
    await this.#ended.within(closeTimeoutMs);
    if (remote.isOpen) {
      remote.closeChannel();
      await this.#ended.within(closeTimeoutMs);
    }
    if (this.#launched) {
      this.#finish(this.#stateAfterEnd(remote));
    }
  }

  #enter(state: ProgramState): void {
    this.#state = state;
    this.#options.onChange();
  }
}
