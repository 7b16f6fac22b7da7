// Twelve thousand clients that get the handshake wrong, in every way that came to mind: those of a dynamic forward, and
// those of one turned round. None may get anywhere, nothing may be left of any, and who gets it right is served meanwhile.
// FUZZ_SEED repeats a storm, and FUZZ_COUNT makes it larger.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { HostWindow, hostPlace } from '../support/hostWindow';
import type { HostPlace } from '../support/hostWindow';
import type { Random } from '../support/random';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { badHttp } from './fuzz/badHttp';
import { badSocks } from './fuzz/badSocks';
import { portBytes, proper } from './fuzz/handshake';
import type { Handshake, Maker, Places } from './fuzz/handshake';
import { storm } from './fuzz/storm';
import { Targets } from './fuzz/targets';

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const scale = Number(process.env['FUZZ_COUNT'] ?? 10_000) / 10_000;
/**
 * Bytes by which the host may grow between two storms. V8 collects what it likes when it likes: a host that has served
 * 4,000 clients goes on growing by 30 MB, and stays there. A client that were left, 20 KB, would make it 200 MB.
 */
const mostGrowth = 40 * 1024 * 1024;

describe(`a proxy port in a storm (FUZZ_SEED=${seed})`, () => {
  let place: HostPlace;
  let sshd: Sshd;
  let targets: Targets;
  let window: HostWindow;

  before(async () => {
    [place, targets] = await Promise.all([hostPlace(), Targets.open()]);
    const { good, bad } = targets.places;
    const allowed = ['127.0.0.1', 'localhost'].flatMap((name) => [`${name}:${good}`, `${name}:${bad}`]);
    sshd = await startSshd({ config: [`PermitOpen ${allowed.join(' ')}`] });
    window = await HostWindow.open(place, sshd);
  });
  after(async () => {
    window.vanish();
    await place[Symbol.asyncDispose]();
    await targets[Symbol.asyncDispose]();
    await sshd.stop();
  });

  const host = (): { readonly sockets: number; readonly memory: number } => {
    const fds = `/proc/${window.client.hostPid}/fd`;
    const links = readdirSync(fds).map((fd) => {
      try {
        return readlinkSync(join(fds, fd));
      } catch {
        // Closed since.
        return '';
      }
    });
    const status = readFileSync(`/proc/${window.client.hostPid}/status`, 'utf8');
    return {
      sockets: links.filter((link) => link.startsWith('socket:')).length,
      memory: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024,
    };
  };

  async function until(reached: () => boolean, what: () => string): Promise<void> {
    for (let tries = 0; !reached(); tries++) {
      assert.ok(tries < 200, what());
      await sleep(100);
    }
  }

  async function nobodyIsLeft(): Promise<void> {
    await window.until(
      () => window.forwards().every((forward) => forward.status === 'listening' && forward.connections === 0),
      'without clients',
      20_000,
    );
    await until(
      () => targets.open === 0,
      () => `${targets.open} connections left at the targets`,
    );
  }

  const kinds: readonly (readonly [
    title: string,
    tunnel: object,
    count: number,
    makers: readonly Maker[],
  ])[] = [
    ['dynamic', { dynamicForward: 0 }, 10_000, [...makers(), wild]],
    // Nothing stands between its targets and us: none may be made up.
    ['reverse dynamic', { remoteForward: '0' }, 2000, makers()],
  ];
  for (const [title, forwards, count, all] of kinds) {
    it(`of ${Math.round(count * scale)} clients of a ${title} forward`, async function () {
      this.timeout(60_000 * Math.max(1, scale));
      await window.bringUp({ host: 'test-sshd', ...forwards });
      const port = window.port();
      const pid = window.client.hostPid;
      const make = mixer(all, targets.places);
      // As many at once as ever: what they need once is no leak.
      const warmUp = await storm(port, 0.4 * count, seed ^ 0x55555555, make);
      await nobodyIsLeft();
      const base = host();
      const visitsBefore = targets.visits.good;

      const result = await storm(port, Math.round(count * scale), seed, make);
      assert.deepEqual([...warmUp.problems, ...result.problems], []);
      await nobodyIsLeft();

      assert.equal(targets.visits.bad, 0, 'somebody came to where no proper request led');
      assert.ok(targets.visits.good - visitsBefore >= result.served, 'somebody was served by nobody');
      assert.deepEqual(targets.unclear, []);
      assert.equal(window.client.hostPid, pid);
      assert.equal(window.closed, false);
      assert.equal(window.state().status, 'up');
      assert.deepEqual(
        window.log.filter((line) => /uncaught|unhandled/i.test(line)),
        [],
      );
      await until(
        () => host().sockets <= base.sockets,
        () => `${host().sockets} sockets, ${base.sockets} before`,
      );
      await until(
        () => host().memory <= base.memory + mostGrowth,
        () => `${host().memory} bytes of memory, ${base.memory} before`,
      );

      const { stdout } = await promisify(execFile)('curl', [
        ...['-sS', '--max-time', '10', '--socks5-hostname', `127.0.0.1:${port}`],
        `http://localhost:${targets.places.good}/page`,
      ]);
      assert.equal(stdout, 'page');
      await window.client.stop('user:t');
    });
  }
});

function makers(): readonly Maker[] {
  return [...Object.values(badSocks), ...Object.values(badHttp)];
}

/** First every beginning of every proper request, then all kinds by chance, with a proper one now and then. */
function mixer(all: readonly Maker[], places: Places): (number: number, random: Random) => Handshake {
  const beginnings = Object.entries(proper).flatMap(([title, request]) => {
    const bytes = request(places.bad);
    return Array.from(bytes, (_, length) => ({
      title: `${length} bytes of ${title}`,
      bytes: bytes.subarray(0, length),
    }));
  });
  const requests = Object.entries(proper);
  return (number, random) => {
    const beginning = beginnings[number];
    if (beginning) {
      return beginning;
    }
    if (random.chance(0.05)) {
      const [title, request] = requests[random.int(0, requests.length - 1)] ?? ['', () => Buffer.alloc(0)];
      return {
        title,
        bytes: request(places.good),
        served: title === 'GET' ? 'page' : random.pick(['echo', 'end']),
      };
    }
    const maker = all[random.int(0, all.length - 1)];
    return maker ? maker(random, places) : { title: 'silence', bytes: Buffer.alloc(0) };
  };
}

/** A proper request with one byte changed, which may make it another proper one, to anywhere but there. */
function wild(random: Random, { good, bad }: Places): Handshake {
  const [title, request] = random.pick(Object.entries(proper) as [[string, (port: number) => Buffer]]);
  const bytes = request(good);
  const at = random.int(0, bytes.length - 1);
  const before = bytes[at] ?? 0;
  bytes[at] = random.int(0, 255);
  if (bytes.includes(String(bad)) || bytes.includes(Buffer.from(portBytes(bad)))) {
    bytes[at] = before;
  }
  return { title: `${title}, one byte changed`, bytes };
}
