// One run of a program of the server, from the search for a display to the last trace of it (ssh -X host program).
import { randomBytes } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import type { X11Program } from '../../config/definition';
import { TunnelFailure } from '../../errors/errors';
import { startCancelled } from '../../errors/auth';
import { displayGone, programCutOff } from '../../errors/x11';
import type { ProgramExit, ProgramState } from '../../model/programState';
import type { SshSession } from '../../ssh/session/session';
import { unlessAborted } from '../../util/abortable';
import { Relay } from '../relay/relay';
import type { Display } from './display';
import { Doorman } from './cookieSwap';
import type { Guest } from './cookieSwap';
import { Milestone } from '../../util/oneShot';
import { DisplayThere, inTurn, removeLeftOver } from './remoteXauth';
import { OutputTail } from './outputTail';
import { stateAfter } from './programEnd';
import { endProgram } from './programStop';

/** Milliseconds after which a program that shows nothing counts as one that runs: it may have a slow start. */
const settleTime = 2000;
/** Milliseconds that sshd has to put a program's key where that finds it; what shows a window has found it. */
const keyTime = 500;
/** Milliseconds that the server has to tell of its end once it is cut off. */
const closePatience = 500;

export interface ProgramRunOptions {
  readonly program: X11Program;
  /** @throws TunnelFailure */
  readonly openDisplay: () => Promise<Display>;
  /** Brings the tunnel up. @throws TunnelFailure */
  readonly connect: () => Promise<SshSession>;
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

/** What there is of it once it has been launched. */
interface Launched {
  readonly session: SshSession;
  readonly display: Display;
  readonly channel: ClientChannel;
  readonly there: DisplayThere;
}

export class ProgramRun {
  readonly program: X11Program;
  /** Resolves when it shows a window, has run for a while or has ended well. @throws TunnelFailure */
  readonly settled: Promise<void>;
  /** Resolves when nothing of it is left. Never rejects. */
  readonly over: Promise<void>;
  readonly #options: ProgramRunOptions;
  readonly #stopping = new AbortController();
  readonly #traffic = { bytesIn: 0, bytesOut: 0 };
  readonly #relays = new Set<Relay>();
  readonly #output: OutputTail;
  /** It has reached the display. */
  readonly #shown = new Milestone();
  /** Its command, and all of its windows. */
  readonly #ended = new Milestone();
  /** And nothing of it is left. */
  readonly #finished = new Milestone();
  #state: ProgramState = { status: 'starting' };
  #launched: Launched | undefined;
  #exit: ProgramExit = {};
  #since = 0;
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
      since: this.#since,
      windows: this.#relays.size,
      ...(this.#hasExited && { isDetached: true }),
      ...(said !== undefined && { said }),
    };
  }

  /** Ends the program, not only its channel. Resolves when nothing is left. Never rejects. */
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
      const doorman = Doorman.of(session, log);
      const expecting = doorman.expect({ cookie, welcome: (guest) => void this.#welcome(guest) });
      void this.over.then(() => expecting[Symbol.dispose]());
      const there = new DisplayThere(session, request.cookie);
      const channel = await inTurn(session, async () => ({
        result: await session.commands.run(program.command, request),
        // Looked up now, for later it may have to be quick.
        done: this.#shown.within(keyTime).then(() => there.find()),
      }));
      this.#begin({ session, display, channel, there });
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
    this.#since = Date.now();
    channel.on('error', () => undefined);
    this.#output.hear(channel, false);
    this.#output.hear(channel.stderr, true);
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
    // In the tick in which the session ends, before the channels hear of it.
    const lost = session.onClosed(() => this.#cutOff());
    void this.#finished.reached.then(() => lost[Symbol.dispose]());
    display.onGone(() => this.#displayGone());
    this.#enter({ status: 'running', since: this.#since, windows: 0 });
  }

  /** @throws TunnelFailure why it has ended already */
  async #settle(): Promise<void> {
    void this.#finished.reached.then(() => this.#shown.reach());
    await this.#shown.within(settleTime);
    const { state } = this;
    if (state.status === 'failed') {
      throw new TunnelFailure(state.error);
    }
  }

  async #welcome({ channel, setup }: Guest): Promise<void> {
    const launched = this.#launched;
    try {
      if (!launched) {
        throw new Error('it was not launched yet');
      }
      const { socket, key } = await launched.display.connect();
      if (this.#launched === undefined) {
        socket.destroy();
        throw new Error('it has ended');
      }
      socket.write(setup.with(key));
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
      this.#options.log(`"${this.program.name}" did not reach the display: ${String(error)}`);
      channel.resume();
      channel.destroy();
    }
  }

  /** Its windows may outlive its command (ssh -f), and its command its windows. */
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
    const { session, display, there } = launched;
    void Promise.all([removeLeftOver(session, there), display.close()]).then(() => this.#finished.reach());
  }

  #cutOff(): void {
    const launched = this.#launched;
    this.#abortRelays();
    const error = programCutOff(this.program.name, launched?.session.host.hostName ?? 'the server');
    this.#finish(
      this.#stopping.signal.aborted
        ? { status: 'ready' }
        : { status: 'failed', at: Date.now(), error, isCutOff: true },
    );
  }

  /** Of a nested one its user has closed the window: no fault. */
  #displayGone(): void {
    const { program } = this;
    const display = this.#launched?.display.name.text ?? '';
    if (this.#launched && program.nested === undefined && !this.#stopping.signal.aborted) {
      const error = displayGone(program.name, display);
      void this.#end().then(() => this.#enter({ status: 'failed', at: Date.now(), error }));
    } else {
      this.#stopping.abort();
      void this.#end();
    }
  }

  /** What does not end by itself is cut off from the display. */
  async #end(): Promise<void> {
    const launched = this.#launched;
    if (!launched) {
      return;
    }
    await endProgram({ ...launched, over: this.#ended });
    this.#abortRelays();
    await this.#ended.within(closePatience);
    if (this.#isChannelOpen) {
      // It may be held open by others that the command has started.
      launched.channel.destroy();
      await this.#ended.within(closePatience);
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
