// What the users of a soak do: open, reload and close windows, start and stop tunnels, and change settings.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { define, TestWindow } from '../testWindow';
import type { LeaseEntry } from '../testWindow';
import { nameOf } from './clients';
import { giveBack, take } from './faults';
import type { SoakSetup } from './setup';
import type { Findings } from './findings';
import { chosen } from './plan';
import type { UserAction, Step } from './plan';
import { reconnectMaxDelay } from './tunnels';
import type { SoakListener, SoakTunnel } from './tunnels';
import type { Mutex } from './mutex';

/** Milliseconds that a start may take during faults, and a stop. */
const startPatience = 60_000;
const stopPatience = 15_000;

export class UserActions {
  readonly #setup: SoakSetup;
  readonly #findings: Findings;
  readonly #mutex: Mutex;
  /** It leases every tunnel; the second window leases some of them at times. */
  #first: TestWindow | undefined;
  #second: TestWindow | undefined;
  /** All windows that were ever open. */
  readonly #windows: TestWindow[] = [];

  constructor(setup: SoakSetup, findings: Findings, mutex: Mutex) {
    this.#setup = setup;
    this.#findings = findings;
    this.#mutex = mutex;
  }

  get window(): TestWindow {
    if (!this.#first) {
      throw new Error('no window is open');
    }
    return this.#first;
  }

  /** Wants every tunnel up; resolves when all of them are. */
  async begin(): Promise<void> {
    this.#first = await this.#open('first');
    this.#second = await this.#open('second');
    await this.#lease();
    await this.untilAllUp();
    this.#setup.tunnels.forEach((tunnel) => tunnel.runs());
  }

  async do(step: Step<UserAction>): Promise<void> {
    const { tunnels } = this.#setup;
    const able = step.what === 'settings' ? tunnels.filter(({ canChange }) => canChange) : tunnels;
    const tunnel = chosen(able, step.whom);
    if (!tunnel) {
      return;
    }
    this.#findings.note(`people: ${step.what}, ${tunnel.id}, ${Math.round(step.lasts)} ms`);
    this.#findings.count(`people: ${step.what}`);
    switch (step.what) {
      case 'stop and start':
        await this.#stopAndStart(tunnel, step, () => sleep(step.lasts));
        break;
      case 'port taken':
        await this.#stopAndStart(tunnel, step, () => Promise.resolve(), step.lasts);
        break;
      case 'settings':
        await this.#change(tunnel);
        break;
      case 'reload':
        await this.#reload(step.lasts);
        break;
      case 'second window':
        await this.#useSecondWindow(step);
        break;
    }
    this.#findings.note(`people: done with ${step.what}`);
  }

  /** Everything that is wanted is up. @throws Error with what isn't */
  async untilAllUp(): Promise<void> {
    for (const { id, onDemand } of this.#setup.tunnels) {
      await this.#until(
        () => {
          const { status } = this.window.state(id);
          return (status === 'up' || (onDemand && status === 'idle')) && this.#listens(id, status === 'up');
        },
        `${id} up`,
        startPatience,
      );
    }
  }

  /** Nothing is wanted any more, and both windows are open. */
  async retire(): Promise<void> {
    this.#setup.tunnels.forEach((tunnel) => tunnel.rests());
    await this.window.lease();
    this.#second ??= await this.#open('second');
    await this.#second.lease();
    await this.#serversLetGo();
  }

  /** Nothing listens on the server any more, either. */
  async #serversLetGo(): Promise<void> {
    const remote = this.#setup.tunnels.flatMap(({ listeners }) =>
      listeners.filter(({ side, at }) => side === 'server' && 'port' in at),
    );
    for (const listener of remote) {
      const end = performance.now() + stopPatience;
      while ((await knock(listener.at)) === undefined) {
        if (performance.now() > end) {
          this.#findings.violation(`${nameOf(listener)} was stopped, and still takes clients`);
          break;
        }
        await sleep(100);
      }
    }
  }

  async wantAll(): Promise<void> {
    await this.#lease();
    await this.untilAllUp();
    this.#setup.tunnels.forEach((tunnel) => tunnel.runs());
  }

  /** Records what must never have been shown in a window. */
  look(): void {
    for (const window of this.#windows) {
      for (const question of window.questions.splice(0)) {
        this.#findings.violation(`somebody was asked: ${JSON.stringify(question)}`);
      }
      for (const { id } of this.#setup.tunnels) {
        const bad = window.history(id).find((status) => status === 'failed' || status === 'blocked');
        if (bad !== undefined) {
          const log = window.log.filter((line) => line.includes(id)).slice(-20);
          this.#findings.violation(`${id} was ${bad}: ${log.join(' | ')}`);
        }
      }
      window.log
        .filter((line) => /^(uncaught|unhandled)/.test(line))
        .forEach((line) => this.#findings.violation(`the daemon logged an error: ${line}`));
    }
  }

  close(): void {
    this.#first?.disconnect();
    this.#second?.disconnect();
  }

  async #stopAndStart(
    tunnel: SoakTunnel,
    step: Step<UserAction>,
    meanwhile: () => Promise<void>,
    takenFor = 0,
  ): Promise<void> {
    tunnel.rests();
    const start = performance.now();
    await this.window.client.stop(tunnel.id);
    const took = performance.now() - start;
    if (took > stopPatience) {
      this.#findings.violation(`${tunnel.id} took ${Math.round(took)} ms to stop`);
    }
    for (const listener of tunnel.listeners.filter(({ side }) => side === 'here')) {
      await this.#checkClosed(listener);
    }
    await meanwhile();
    const ports = tunnel.listeners.flatMap(({ at, side }) =>
      'port' in at && side === 'here' ? [at.port] : [],
    );
    const port = chosen(ports, step.how);
    const portGrabber = takenFor > 0 && port !== undefined ? await take(port) : undefined;
    if (step.how < 0.5 && !tunnel.onDemand) {
      this.window.client.start(tunnel.id).catch(() => undefined);
    } else {
      await this.#lease();
    }
    await sleep(portGrabber ? takenFor : 0);
    await giveBack(portGrabber);
    await this.#untilItRuns(tunnel);
  }

  async #checkClosed(listener: SoakListener): Promise<void> {
    if ((await knock(listener.at)) === undefined) {
      this.#findings.violation(`${nameOf(listener)} was stopped, and still takes clients`);
    }
  }

  async #change(tunnel: SoakTunnel): Promise<void> {
    tunnel.rests();
    tunnel.change();
    await this.#lease();
    await this.#untilItRuns(tunnel);
  }

  /** Its leases outlive it. */
  async #reload(milliseconds: number): Promise<void> {
    this.window.disconnect();
    await sleep(milliseconds);
    this.#first = await this.#open('first');
    await this.#lease();
  }

  /** Wants the same tunnels as the first window, for a while; it closes properly, or it doesn't. */
  async #useSecondWindow({ lasts, whom, how }: Step<UserAction>): Promise<void> {
    const { tunnels } = this.#setup;
    this.#second?.disconnect();
    const second = await this.#open('second');
    this.#second = second;
    const some = tunnels.filter((_, n) => (n + Math.floor(whom * 8)) % 3 !== 0);
    await second.lease(...some.map((tunnel) => this.#leaseEntry(tunnel)));
    await sleep(lasts);
    if (how < 0.5) {
      await second.lease();
    } else {
      second.disconnect();
      this.#second = undefined;
    }
  }

  async #untilItRuns(tunnel: SoakTunnel): Promise<void> {
    await this.#until(() => this.#listens(tunnel.id, false), `${tunnel.id} running`, startPatience);
    tunnel.runs();
  }

  /** Resolves when the window has received the result: what it knew before is out of date. */
  async #lease(): Promise<void> {
    const entries = this.#setup.tunnels.map((tunnel) => this.#leaseEntry(tunnel));
    await this.window.lease(...entries);
    // It changes nothing; its answer comes after the reports of the first.
    await this.window.lease(...entries);
  }

  #leaseEntry({ leaseEntry }: SoakTunnel): LeaseEntry {
    return { ...leaseEntry, settings: { sshConfigFile: this.#setup.configFile, reconnectMaxDelay } };
  }

  /** All of its forwards, or those on this machine. */
  #listens(id: string, remoteToo: boolean): boolean {
    const tunnel = this.#setup.tunnels.find((one) => one.id === id);
    const kinds = define(tunnel?.leaseEntry.tunnel).forwards.map(({ kind }) => kind);
    const states = this.window.forwards(id);
    return (
      states.length === kinds.length &&
      states.every(({ status }, n) => status === 'listening' || (kinds[n] === 'remote' && !remoteToo))
    );
  }

  /** No window is opened while the daemon is suspended: it would take it for dead, and start another. */
  #open(id: string): Promise<TestWindow> {
    return this.#mutex.runExclusive(async () => {
      const window = await TestWindow.open(this.#setup.daemon, this.#setup.servers.outer, id);
      this.#windows.push(window);
      return window;
    });
  }

  async #until(reached: () => boolean, what: string, milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (!reached()) {
      if (performance.now() > end) {
        const now = this.#setup.tunnels.map(({ id }) => [
          id,
          this.window.state(id),
          this.window.forwards(id),
        ]);
        throw new Error(`not ${what}: ${JSON.stringify(now)}\n${this.window.log.slice(-40).join('\n')}`);
      }
      await sleep(50);
    }
  }
}

/** @returns why no window can be opened; undefined: one can */
function knock(at: SoakListener['at']): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ ...at });
    socket.once('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'unknown'));
  });
}
