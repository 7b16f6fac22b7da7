// Sends malformed proxy handshakes to a real daemon: none may get through or leave anything behind, and well-behaved
// clients are served meanwhile.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../eventually';
import { TestWindow, testDaemon } from '../testWindow';
import type { TestDaemon } from '../testWindow';
import { startSshd } from '../sshd';
import type { Sshd } from '../sshd';
import type { Maker } from './handshake';
import { makers, handshakeMix, wild } from './handshakeMix';
import { runFuzzedClients } from './fuzzedClients';
import { Targets } from './targets';

/** A dynamic and a reverse dynamic forward. */
export const proxyKinds = ['dynamic', 'reverse dynamic'] as const;
export type ProxyKind = (typeof proxyKinds)[number];

const kinds: Readonly<Record<ProxyKind, { readonly forwards: object; readonly makers: readonly Maker[] }>> = {
  dynamic: { forwards: { dynamicForward: 0 }, makers: [...makers(), wild] },
  // The relay connects to any target, so requests must not name random ones.
  'reverse dynamic': { forwards: { remoteForward: '0' }, makers: makers() },
};

/**
 * Bytes by which the daemon may grow between two runs. V8 collects garbage when it likes: a daemon that has served
 * 4,000 clients grows by another 30 MB, and stays there. A leak of 20 KB for each client would be 200 MB.
 */
const mostGrowth = 40 * 1024 * 1024;

export interface ProxyFuzzReport {
  readonly clients: number;
  /** Milliseconds. */
  readonly slowest: number;
  /** Bytes of the daemon. */
  readonly before: number;
  readonly after: number;
  /** What went wrong. */
  readonly problems: readonly string[];
}

export class ProxyFuzz implements AsyncDisposable {
  readonly #daemon: TestDaemon;
  readonly #sshd: Sshd;
  readonly #targets: Targets;
  readonly #window: TestWindow;

  private constructor(daemon: TestDaemon, sshd: Sshd, targets: Targets, window: TestWindow) {
    this.#daemon = daemon;
    this.#sshd = sshd;
    this.#targets = targets;
    this.#window = window;
  }

  static async open(): Promise<ProxyFuzz> {
    const [daemon, targets] = await Promise.all([testDaemon(), Targets.open()]);
    const { good, bad } = targets.places;
    const allowed = ['127.0.0.1', 'localhost'].flatMap((name) => [`${name}:${good}`, `${name}:${bad}`]);
    const sshd = await startSshd({ config: [`PermitOpen ${allowed.join(' ')}`] });
    return new ProxyFuzz(daemon, sshd, targets, await TestWindow.open(daemon, sshd));
  }

  /**
   * @param warmUp clients before those that count: as many at once as later, because their one-time memory is no leak
   */
  async run(kind: ProxyKind, warmUp: number, count: number, seed: number): Promise<ProxyFuzzReport> {
    const window = this.#window;
    const targets = this.#targets;
    const { forwards, makers: all } = kinds[kind];
    await window.bringUp({ host: 'test-sshd', ...forwards });
    const port = window.port();
    const pid = window.client.daemonPid;
    const make = handshakeMix(all, targets.places);
    const first = await runFuzzedClients(port, warmUp, seed ^ 0x55555555, make);
    const problems = [...first.problems, ...(await this.#leftOvers())];
    const base = this.#usage();
    const connectionsBefore = targets.connections.good;

    const { served, slowest, problems: more } = await runFuzzedClients(port, count, seed, make);
    problems.push(...more, ...(await this.#leftOvers()));
    await eventually('memory is given back', () => this.#usage().memory <= base.memory + mostGrowth).catch(
      () => undefined,
    );
    await eventually('sockets are closed', () => this.#usage().sockets <= base.sockets).catch(
      () => undefined,
    );
    const now = this.#usage();
    const checks: Readonly<Record<string, boolean>> = {
      'a client reached the forbidden target': targets.connections.bad === 0,
      'a client was served without reaching the target':
        targets.connections.good - connectionsBefore >= served,
      [`unclear requests: ${targets.unclear.join('; ')}`]: targets.unclear.length === 0,
      'the daemon is another': window.client.daemonPid === pid && !window.closed,
      'the tunnel is not up': window.state().status === 'up',
      [`the log tells of a crash: ${window.log.filter(isCrash).join('; ')}`]: !window.log.some(isCrash),
      [`${now.sockets} sockets, ${base.sockets} before`]: now.sockets <= base.sockets,
      [`${now.memory} bytes of memory, ${base.memory} before`]: now.memory <= base.memory + mostGrowth,
      'a program is not served afterwards': (await this.#curl(port)) === 'page',
    };
    problems.push(...Object.keys(checks).filter((complaint) => checks[complaint] === false));
    await window.client.stop('user:t');
    return { clients: count, slowest, before: base.memory, after: now.memory, problems };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#window.disconnect();
    await this.#daemon[Symbol.asyncDispose]();
    await this.#targets[Symbol.asyncDispose]();
    await this.#sshd.stop();
  }

  async #curl(port: number): Promise<string> {
    const { stdout } = await promisify(execFile)('curl', [
      ...['-q', '-sS', '--max-time', '10', '--socks5-hostname', `127.0.0.1:${port}`],
      `http://localhost:${this.#targets.places.good}/page`,
    ]);
    return stdout;
  }

  async #leftOvers(): Promise<readonly string[]> {
    const window = this.#window;
    await window
      .until(
        () => window.forwards().every((each) => each.status === 'listening' && each.connections === 0),
        'without clients',
      )
      .catch(() => undefined);
    await eventually('no connection is left', () => this.#targets.open === 0).catch(() => undefined);
    const clients = window.forwards().map((each) => (each.status === 'listening' ? each.connections : -1));
    return [
      ...clients.filter((left) => left !== 0).map((left) => `${left} clients are left`),
      ...(this.#targets.open === 0 ? [] : [`${this.#targets.open} connections are left at the targets`]),
    ];
  }

  #usage(): { readonly sockets: number; readonly memory: number } {
    const fds = `/proc/${this.#window.client.daemonPid}/fd`;
    const links = readdirSync(fds).map((fd) => {
      try {
        return readlinkSync(join(fds, fd));
      } catch {
        // Closed meanwhile.
        return '';
      }
    });
    const status = readFileSync(`/proc/${this.#window.client.daemonPid}/status`, 'utf8');
    return {
      sockets: links.filter((link) => link.startsWith('socket:')).length,
      memory: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024,
    };
  }
}

function isCrash(line: string): boolean {
  return /uncaught|unhandled/i.test(line);
}
