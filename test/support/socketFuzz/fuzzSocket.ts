// Peers of the private socket that know its secret and then misbehave, against a real daemon. An honest window and its
// tunnel must not notice, and nothing may stay behind.
import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryConnect } from '../../../src/tunnels/daemon/client/endpointConnection';
import { endpointFolder } from '../../../src/tunnels/daemon/endpoint/endpointFolder';
import { eventually } from '../eventually';
import { Random } from '../random';
import { startSshd } from '../sshd';
import type { Sshd } from '../sshd';
import { exchange, target } from '../targetAndClient';
import type { TargetServer } from '../targetAndClient';
import { TestWindow, testDaemon } from '../testWindow';
import type { TestDaemon } from '../testWindow';
import { makePeer } from './peers';
import type { Peer } from './peers';

const concurrency = 20;
/** Milliseconds that a peer stays after it has said all, unless it is disconnected before. */
const stayMs = 30;
/** Milliseconds that an honest window may have to wait: the time-out of its own requests. */
const longestWaitMs = 10_000;
/**
 * Bytes by which the daemon may grow between two runs. V8 keeps the room of leases of thousands of tunnels for a while
 * after they have ended: 130 MB were seen after 600 peers.
 */
const mostGrowth = 160 * 1024 * 1024;

export interface SocketFuzzReport {
  readonly peers: number;
  /** Milliseconds that an honest window waited for an answer. */
  readonly slowest: number;
  /** Bytes of the daemon. */
  readonly before: number;
  readonly after: number;
  /** What went wrong. */
  readonly problems: readonly string[];
}

export class SocketFuzz implements AsyncDisposable {
  readonly #daemon: TestDaemon;
  readonly #sshd: Sshd;
  readonly #echo: TargetServer;
  readonly #window: TestWindow;

  private constructor(daemon: TestDaemon, sshd: Sshd, echo: TargetServer, window: TestWindow) {
    this.#daemon = daemon;
    this.#sshd = sshd;
    this.#echo = echo;
    this.#window = window;
  }

  static async open(): Promise<SocketFuzz> {
    const [daemon, sshd] = await Promise.all([testDaemon(), startSshd()]);
    const echo = await target((socket) => socket.pipe(socket));
    const window = await TestWindow.open(daemon, sshd);
    await window.bringUp({
      host: 'test-sshd',
      localForward: { listen: 0, target: `127.0.0.1:${echo.port}` },
    });
    return new SocketFuzz(daemon, sshd, echo, window);
  }

  /** @param warmUp peers before those that count */
  async run(warmUp: number, count: number, seed: number): Promise<SocketFuzzReport> {
    const window = this.#window;
    const pid = window.client.daemonPid;
    const problems: string[] = [];
    await this.#peers(warmUp, seed ^ 0x55555555, problems);
    await this.#untilQuiet();
    const base = this.#usage();
    const slowest = await this.#peers(count, seed, problems);
    await this.#untilQuiet();
    // Each by itself: until the leases of the peers end, their tunnels go on connecting, and open sockets for that.
    const closed = await happens('sockets are closed', () => this.#usage().sockets <= base.sockets);
    const givenBack = await happens(
      'memory is given back',
      () => this.#usage().memory <= base.memory + mostGrowth,
    );
    const now = this.#usage();
    const echoed = await exchange(window.port(), 'still here').catch((error: unknown) => ({
      received: String(error),
    }));
    const checks: Readonly<Record<string, boolean>> = {
      'the daemon is another': window.client.daemonPid === pid && !window.closed,
      'the tunnel is not up': window.state().status === 'up',
      'the tunnel does not carry bytes': echoed.received.toString() === 'still here',
      [`an honest window waited for ${Math.round(slowest)} ms`]: slowest < longestWaitMs,
      [`the log tells of a crash: ${window.log.filter(isCrash).slice(0, 3).join('; ')}`]:
        !window.log.some(isCrash),
      [`${now.sockets} sockets, ${base.sockets} before`]: closed,
      [`${now.memory} bytes of memory, ${base.memory} before`]: givenBack,
    };
    problems.push(...Object.keys(checks).filter((complaint) => checks[complaint] === false));
    return { peers: count, slowest, before: base.memory, after: now.memory, problems };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#window.disconnect();
    await this.#daemon[Symbol.asyncDispose]();
    await this.#echo[Symbol.asyncDispose]();
    await this.#sshd.stop();
  }

  /** @returns the longest wait of the honest window, in milliseconds */
  async #peers(count: number, seed: number, problems: string[]): Promise<number> {
    let next = 0;
    let slowest = 0;
    let running = true;
    const honest = async (): Promise<void> => {
      while (running) {
        const start = performance.now();
        await this.#window.client.setLogThresholds({ all: 'warning', tunnels: {} });
        slowest = Math.max(slowest, performance.now() - start);
        await sleep(20);
      }
    };
    const lane = async (): Promise<void> => {
      while (next < count) {
        const number = next++;
        const random = new Random(seed + number);
        const peer = makePeer(random, number);
        const problem = await this.#play(peer, random);
        if (problem !== undefined) {
          problems.push(`peer ${number}, ${peer.title}: ${problem}`);
        }
      }
    };
    const watching = honest();
    await Promise.all(Array.from({ length: concurrency }, lane));
    running = false;
    await watching;
    return slowest;
  }

  async #play({ bytes, cutAt, isDeaf }: Peer, random: Random): Promise<string | undefined> {
    const socket = await tryConnect(endpointFolder(this.#daemon.env));
    if (!socket) {
      return 'the daemon takes no connection';
    }
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => {
      socket.on('close', () => resolve());
    });
    if (isDeaf !== true) {
      socket.resume();
    }
    await send(socket, bytes.subarray(0, cutAt), random);
    if (cutAt === undefined) {
      await Promise.race([closed, sleep(isDeaf === true ? 10 * stayMs : stayMs)]);
    }
    if (random.chance(0.5)) {
      socket.end();
    }
    socket.destroy();
    return undefined;
  }

  /** The leases of the peers outlive them for half a minute. */
  async #untilQuiet(): Promise<void> {
    await this.#window.client.setLogThresholds({ all: 'info', tunnels: {} });
  }

  #usage(): { readonly sockets: number; readonly memory: number } {
    const process_ = `/proc/${this.#window.client.daemonPid}`;
    const status = readFileSync(`${process_}/status`, 'utf8');
    return {
      sockets: readdirSync(`${process_}/fd`).length,
      memory: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024,
    };
  }
}

function happens(what: string, reached: () => boolean): Promise<boolean> {
  return eventually(what, reached).then(
    () => true,
    () => false,
  );
}

async function send(socket: Socket, bytes: Buffer, random: Random): Promise<void> {
  const pieces = random.chance(0.3) ? random.int(1, 5) : 1;
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
    socket.write(bytes.subarray(at, at + size));
    await sleep(random.pick([0, 0, 1]));
  }
}

function isCrash(line: string): boolean {
  return /uncaught|unhandled/i.test(line);
}
