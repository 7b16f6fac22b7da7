// OpenSSH's regress/forwarding.sh, part by part, with our tunnels instead of ssh: as there, a real ssh logs in
// through the forwards to transfer files. Left out are features that a tunnel doesn't need: "stdio forwarding" (ssh
// -W), and the control sockets (-M, -S, -O exit) that the script uses to end its clients.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { toSetting } from '../../../src/tunnels/ssh/config/hostList/configTunnels';
import { readConfigHosts } from '../../../src/tunnels/ssh/config/hostList/configHosts';
import { localUser } from '../../../src/tunnels/ssh/config/localUser';
import { TestWindow, testDaemon } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';
import { client, exchange } from '../../support/targetAndClient';
import { reservePorts } from '../../support/reservedPorts';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { hash, read, write } from './fileTransfer';
import { messageOf, nextStepOf } from '../../support/errorWords';

const hops = 9;

describe("OpenSSH's forwarding.sh with our tunnels:", () => {
  let daemon: TestDaemon;
  let sshd: Sshd;
  let dir: TempDir;
  let window: TestWindow;
  /** The file for all transfers. */
  let data: string;
  let base: readonly number[];

  before(async () => {
    [daemon, sshd, dir] = await Promise.all([testDaemon(), startSshd(), tempDir('f-')]);
    data = await dir.write('data', randomBytes(3_000_000));
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
    await dir.remove();
  });
  beforeEach(async () => {
    window = await TestWindow.open(daemon, sshd);
    base = await reservePorts(2 * hops);
  });
  afterEach(async () => {
    await stopAll();
    window.disconnect();
  });

  function at(index: number): number {
    return base[index] ?? 0;
  }

  async function stopAll(...ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await window.client.stop(id);
    }
    await window.lease();
  }

  async function transfersBothWays(port: number): Promise<void> {
    const expected = hash(await readFile(data));
    assert.equal(hash(await read(sshd, port, data)), expected, 'what was read through the forwards');
    const copy = dir.file('copy');
    await write(sshd, port, await readFile(data), copy);
    assert.equal(hash(await readFile(copy)), expected, 'what was written through the forwards');
  }

  async function isOpen(port: number): Promise<boolean> {
    return (await exchange(port)).error !== 'ECONNREFUSED';
  }

  function listening(id?: string): readonly string[] {
    return window.forwards(id).map((forward) => forward.status);
  }

  it('chains nine local and nine remote forwards', async () => {
    const pairs = Array.from({ length: hops }, (_, hop) => ({
      local: `${at(2 * hop)}:127.0.0.1:${at(2 * hop + 1)}`,
      remote: `${at(2 * hop + 1)}:127.0.0.1:${hop === 0 ? sshd.port : at(2 * hop - 2)}`,
    }));
    await window.bringUp({
      host: 'test-sshd',
      localForward: pairs.map((pair) => pair.local),
      remoteForward: pairs.map((pair) => pair.remote),
    });
    assert.deepEqual(listening(), Array<string>(2 * hops).fill('listening'));
    await transfersBothWays(at(2 * hops - 2));
    // Each of them was used: no forward was bypassed.
    const size = (await readFile(data)).length;
    await window.until(
      () => window.forwards().every((forward) => forward.status === 'listening' && forward.bytesIn > size),
      'gone through every forward',
    );
    await stopAll('user:t');
    for (const port of base) {
      assert.equal(await isOpen(port), false, `port ${port} is open after the stop`);
    }
  });

  it('chains the forwards over nine separate connections', async () => {
    const ids = Array.from({ length: hops }, (_, hop) => `user:${hop}`);
    await window.lease(
      ...ids.map((id, hop) => ({
        id,
        tunnel: {
          host: 'test-sshd',
          // A different option prevents sharing.
          serverAliveInterval: 20 + hop,
          [hop % 2 === 0 ? 'localForward' : 'remoteForward']:
            `${at(hop)}:127.0.0.1:${hop === 0 ? sshd.port : at(hop - 1)}`,
        },
      })),
    );
    await Promise.all(ids.map((id) => window.untilStatus('up', id)));
    await transfersBothWays(at(hops - 1));
    await stopAll(...ids);
  });

  it('transfers a file over chained Unix sockets', async () => {
    const socket = (name: number): string => `${sshd.dir}/unix-${name}.fwd`;
    const tunnels: Readonly<Record<string, object>> = {
      'user:0': { remoteForward: `${at(1)}:[${socket(1)}]` },
      'user:1': { localForward: `[${socket(1)}]:[${socket(2)}]` },
      'user:2': { remoteForward: `[${socket(2)}]:[${socket(3)}]` },
      'user:3': { localForward: `[${socket(3)}]:127.0.0.1:${sshd.port}` },
    };
    const entries = Object.entries(tunnels).map(([id, forwards]) => ({
      id,
      tunnel: { host: 'test-sshd', ...forwards },
    }));
    await window.lease(...entries);
    await Promise.all(entries.map(({ id }) => window.untilStatus('up', id)));
    await transfersBothWays(at(1));
    await stopAll(...entries.map(({ id }) => id));
  });

  it('chains nine Unix sockets in one tunnel, repeatedly with StreamLocalBindUnlink yes', async () => {
    await using other = await startSshd({ config: ['StreamLocalBindUnlink yes'] });
    const socket = (hop: number): string => `${other.dir}/${hop}.fwd`;
    const links = Array.from({ length: hops }, (_, hop) => {
      const to = hop === 0 ? `127.0.0.1:${sshd.port}` : socket(hop - 1);
      return `${socket(hop)}:${to}`;
    });
    const settings = { sshConfigFile: other.configFile };
    const tunnel = {
      host: 'test-sshd',
      localForward: [...links.filter((_, hop) => hop % 2 === 0), `${at(0)}:${socket(hops - 1)}`],
      remoteForward: links.filter((_, hop) => hop % 2 === 1),
      exitOnForwardFailure: true,
    };
    // The server leaves the socket file behind: the second time it must remove that first.
    for (let round = 0; round < 2; round++) {
      await window.lease({ id: 'user:t', tunnel, settings });
      await window.untilStatus('up');
      await transfersBothWays(at(0));
      await stopAll('user:t');
    }
  });

  it('reports the existing socket with StreamLocalBindUnlink no', async () => {
    const path = `${sshd.dir}/left.fwd`;
    const tunnel = { host: 'test-sshd', remoteForward: `${path}:127.0.0.1:${sshd.port}` };
    await window.bringUp(tunnel);
    assert.deepEqual(listening(), ['listening']);
    await stopAll('user:t');
    await window.bringUp(tunnel);
    const [forward] = window.forwards();
    assert.equal(forward?.status, 'failed');
    assert.equal(forward.error.code, 'RemoteListenRefused');
    assert.ok(messageOf(forward.error).includes(path), messageOf(forward.error));
    assert.match(nextStepOf(forward.error), /StreamLocalBindUnlink/);
  });

  /** A different connection option prevents sharing. */
  const ownConnection = { serverAliveInterval: 19 };
  for (const [kind, code, title, more] of [
    ['localForward', 'AddressInUse', 'over a shared connection', {}],
    ['remoteForward', 'RemoteListenRefused', 'over a shared connection', {}],
    ['remoteForward', 'RemoteListenRefused', 'over its own connection', ownConnection],
  ] as const) {
    it(`fails when one ${kind} fails with ExitOnForwardFailure yes, and comes up once it can, ${title}`, async () => {
      const to = (index: number): string => `${at(index)}:127.0.0.1:${sshd.port}`;
      const strict = (...indices: readonly number[]): object => ({
        host: 'test-sshd',
        [kind]: indices.map(to),
        exitOnForwardFailure: true,
      });
      const first = { id: 'user:first', tunnel: strict(0, 1, 2, 3) };
      const second = { id: 'user:second', tunnel: { ...strict(4, 5, 0, 6), ...more } };
      await window.lease(first);
      await window.untilStatus('up', 'user:first');
      await window.lease(first, { ...second, want: false });
      await assert.rejects(window.client.start('user:second'), { code });
      const state = window.state('user:second');
      assert.ok(state.status === 'waiting', state.status);
      assert.equal(state.error.code, code);
      assert.ok(messageOf(state.error).includes(String(at(0))), messageOf(state.error));
      assert.deepEqual(listening('user:first'), Array<string>(4).fill('listening'));
      // The server's ports are released. The local ones are kept, and clients of theirs are held.
      const held = kind === 'localForward' ? client(at(4)) : undefined;
      for (const index of kind === 'remoteForward' ? [4, 5, 6] : []) {
        assert.equal(await isOpen(at(index)), false, `${at(index)} is open although the tunnel is down`);
      }
      assert.deepEqual(
        listening('user:second'),
        kind === 'localForward'
          ? ['listening', 'listening', 'failed', 'listening']
          : ['closed', 'closed', 'failed', 'closed'],
      );

      await window.client.stop('user:first');
      await window.lease(second);
      await window.client.retry('user:second');
      assert.deepEqual(listening('user:second'), Array<string>(4).fill('listening'));
      if (held) {
        held.socket.end();
        assert.match((await held.done).received.toString(), /^SSH-2\.0-/, 'who came meanwhile');
      }
      for (const index of [4, 5, 0, 6]) {
        assert.match((await exchange(at(index))).received.toString(), /^SSH-2\.0-/, `at port ${at(index)}`);
      }
      await stopAll('user:second');
    });
  }

  for (const kind of ['localForward', 'remoteForward'] as const) {
    it(`keeps the other forwards when one ${kind} fails without ExitOnForwardFailure`, async () => {
      const to = (index: number): string => `${at(index)}:127.0.0.1:${sshd.port}`;
      const first = { id: 'user:first', tunnel: { host: 'test-sshd', [kind]: to(0) } };
      const second = { id: 'user:second', tunnel: { host: 'test-sshd', [kind]: [to(1), to(0), to(2)] } };
      await window.lease(first);
      await window.untilStatus('up', 'user:first');
      await window.lease(first, second);
      await window.untilStatus('up', 'user:second');
      assert.deepEqual(listening('user:second'), ['listening', 'failed', 'listening']);
      await transfersBothWays(at(2));
      await stopAll('user:first', 'user:second');
    });
  }

  describe('with forwards in ssh_config', () => {
    let settings: { sshConfigFile: string };
    let local: number;
    let remote: number;

    before(async () => {
      [local = 0, remote = 0] = await reservePorts(2);
      const forwards = [
        `  LocalForward ${local} 127.0.0.1:${sshd.port}`,
        `  RemoteForward ${remote} 127.0.0.1:${local}`,
      ];
      const [hostLine = '', ...rest] = (await readFile(sshd.configFile, 'utf8')).split('\n');
      settings = {
        sshConfigFile: await dir.write('ssh_config', [hostLine, ...forwards, ...rest].join('\n')),
      };
    });

    it('ignores them for a tunnel from the settings', async () => {
      const tunnel = { host: 'test-sshd', localForward: `${at(0)}:127.0.0.1:${sshd.port}` };
      await window.lease({ id: 'user:t', tunnel, settings });
      await window.untilStatus('up');
      assert.deepEqual(listening(), ['listening']);
      assert.equal(window.port(), at(0));
      assert.equal(await isOpen(local), false, 'local forwarding not cleared');
      assert.equal(await isOpen(remote), false, 'remote forwarding not cleared');
      await transfersBothWays(at(0));
      await stopAll('user:t');
    });

    it('opens them for a tunnel from ssh_config, and transfers a file through both', async () => {
      const user = localUser();
      const { hosts } = await readConfigHosts(settings.sshConfigFile, user, process.env);
      const alias = hosts.find((host) => host.alias === 'test-sshd');
      assert.ok(alias);
      const tunnel = toSetting(alias, user, process.env).value;
      const id = 'sshConfig:test-sshd';
      await window.lease({ id, tunnel, settings });
      await window.untilStatus('up', id);
      assert.deepEqual(listening(id), ['listening', 'listening']);
      await transfersBothWays(remote);
      await stopAll(id);
    });
  });
});
