// OpenSSH's regress/dynamic-forward.sh: SOCKS 4, 4a and 5, by address and by name, through ssh -D and through ssh -R
// with a port alone. The script's second half is about PermitRemoteOpen, which only affects -R. Its four lists (any,
// none, explicit, disallowed) are tried here with the server's PermitOpen too, which only affects -D.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { TestWindow, testDaemon } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';
import { messageOf } from '../../support/errorWords';
import { eventually } from '../../support/eventually';
import { exchange, target } from '../../support/targetAndClient';
import type { TargetServer } from '../../support/targetAndClient';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';

type Version = '4' | '4A' | '5';
const versions: readonly Version[] = ['4A', '4', '5'];
const hosts = ['127.0.0.1', 'localhost', '::1'] as const;
type Host = (typeof hosts)[number];
const data = randomBytes(2_000_000);

describe("OpenSSH's dynamic-forward.sh with our tunnels:", () => {
  let daemon: TestDaemon;
  let four: TargetServer;
  let six: TargetServer;

  before(async () => {
    daemon = await testDaemon();
    // Sends everything back.
    four = await target((socket) => socket.pipe(socket));
    six = await target((socket) => socket.pipe(socket), '::1');
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    await four[Symbol.asyncDispose]();
    await six[Symbol.asyncDispose]();
  });

  function portOf(host: Host): number {
    return host === '::1' ? six.port : four.port;
  }

  /** What `nc -x … -X VERSION HOST PORT` would send; undefined if the version can't express it. */
  function request(version: Version, host: Host): Buffer | undefined {
    const port = [portOf(host) >> 8, portOf(host) & 255];
    const isName = host === 'localhost';
    if (version === '5') {
      const address = {
        '127.0.0.1': [1, 127, 0, 0, 1],
        localhost: [3, host.length, ...Buffer.from(host)],
        '::1': [4, ...Array<number>(15).fill(0), 1],
      }[host];
      return Buffer.from([5, 1, 0, 5, 1, 0, ...address, ...port]);
    }
    if (host === '::1' || (isName && version === '4')) {
      return undefined;
    }
    return version === '4'
      ? Buffer.from([4, 1, ...port, 127, 0, 0, 1, 0])
      : Buffer.from([4, 1, ...port, 0, 0, 0, 1, 0, ...Buffer.from(host), 0]);
  }

  interface Answer {
    /** The reply code; 0 or 90: granted. */
    readonly reply: number | undefined;
    readonly received: Buffer;
  }

  async function through(proxy: number, via: string, version: Version, said: Buffer): Promise<Answer> {
    const socket = connect({ port: proxy, host: via, allowHalfOpen: true });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(said);
    socket.end(data);
    await closed;
    const heard = Buffer.concat(chunks);
    return version === '5'
      ? { reply: heard[3], received: heard.subarray(12) }
      : { reply: heard[1], received: heard.subarray(8) };
  }

  const combinations = versions.flatMap((version) => hosts.map((host) => ({ version, host })));

  async function check(window: TestWindow, allows: (host: Host) => boolean): Promise<void> {
    const proxy = window.port();
    let tried = 0;
    for (const { version, host } of combinations) {
      for (const via of ['127.0.0.1', '::1']) {
        const title = `SOCKS ${version} to ${host}, by way of ${via}`;
        const said = request(version, host);
        if (!said) {
          continue;
        }
        const { reply, received } = await through(proxy, via, version, said);
        tried++;
        const isAllowed = allows(host);
        // RFC 1928 §6, "connection not allowed by ruleset"; SOCKS 4 has one code for every refusal.
        assert.equal(reply, version === '5' ? (isAllowed ? 0 : 2) : isAllowed ? 90 : 91, title);
        assert.equal(hash(received), hash(isAllowed ? data : Buffer.alloc(0)), title);
      }
    }
    // Six kinds of requests, over IPv4 and IPv6.
    assert.equal(tried, 12);
    const [forward] = window.forwards();
    assert.equal(forward?.status, 'listening');
  }

  /** ssh itself grants a request before it looks at PermitRemoteOpen: only the data shows what it allows. */
  async function checkSsh(sshd: Sshd, allows: (host: Host) => boolean): Promise<void> {
    const child = spawn('ssh', ['-F', sshd.configFile, '-N', '-R', '127.0.0.1:0', 'test-sshd'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      let words = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
      const allocated = (): string | undefined => /Allocated port (\d+)/.exec(words)?.[1];
      await eventually('ssh -R is open', () => allocated() !== undefined);
      for (const { version, host } of combinations) {
        const said = request(version, host);
        if (said) {
          const { received } = await through(Number(allocated()), '127.0.0.1', version, said);
          assert.equal(
            hash(received),
            hash(allows(host) ? data : Buffer.alloc(0)),
            `ssh, SOCKS ${version} to ${host}`,
          );
        }
      }
    } finally {
      child.kill();
    }
  }

  function hash(bytes: Buffer): string {
    return createHash('sha256').update(bytes).digest('hex');
  }

  const directions = { D: { dynamicForward: 0 }, R: { remoteForward: '0' } } as const;
  const lists: readonly (readonly [title: string, list: () => string, allows: (host: Host) => boolean])[] = [
    ['any', () => 'any', () => true],
    ['none', () => 'none', () => false],
    ['explicit', () => hosts.map((host) => formatted(host)).join(' '), () => true],
    ['disallowed', () => '127.0.0.1:1 [::1]:1 localhost:1', () => false],
    ['only the name', () => formatted('localhost'), (host) => host === 'localhost'],
    ['only the address', () => formatted('127.0.0.1'), (host) => host === '127.0.0.1'],
  ];
  function formatted(host: Host): string {
    return `${host === '::1' ? '[::1]' : host}:${portOf(host)}`;
  }

  for (const [title, list, allows] of lists) {
    it(`serves -D and -R with PermitOpen: ${title}`, async () => {
      await using sshd: Sshd = await startSshd({ config: [`PermitOpen ${list()}`] });
      const window = await TestWindow.open(daemon, sshd);
      for (const [direction, forwards] of Object.entries(directions)) {
        await window.bringUp({ host: 'test-sshd', ...forwards });
        await check(window, direction === 'R' ? () => true : allows);
        if (direction === 'D' && !allows('127.0.0.1')) {
          const [forward] = window.forwards();
          assert.ok(forward?.status === 'listening' && forward.lastError?.code === 'TargetNotPermitted');
        }
        await window.client.stop('user:t');
      }
      window.disconnect();
    });
  }

  const remoteLists: typeof lists = [
    ...lists.filter(([title]) => ['none', 'explicit', 'only the name'].includes(title)),
    ['any host at one port', () => `*:${four.port}`, (host) => host !== '::1'],
    ['any port of one host', () => '[::1]:*', (host) => host === '::1'],
  ];
  for (const [title, list, allows] of remoteLists) {
    it(`serves -R as ssh does with PermitRemoteOpen: ${title}`, async () => {
      await using sshd: Sshd = await startSshd({ clientConfig: [`PermitRemoteOpen ${list()}`] });
      await checkSsh(sshd, allows);
      const window = await TestWindow.open(daemon, sshd);
      await window.bringUp({ host: 'test-sshd', ...directions.R });
      await check(window, allows);
      const [forward] = window.forwards();
      assert.ok(forward?.status === 'listening');
      if (!allows('127.0.0.1') || !allows('::1')) {
        assert.equal(forward.lastError?.code, 'TargetNotPermitted');
        assert.match(messageOf(forward.lastError), /PermitRemoteOpen.* test-sshd /);
      }
      await window.client.stop('user:t');
      window.disconnect();
    });
  }

  it('leaves -D and -R with a target alone, whatever PermitRemoteOpen says', async () => {
    await using sshd: Sshd = await startSshd({ clientConfig: ['PermitRemoteOpen none'] });
    const window = await TestWindow.open(daemon, sshd);
    await window.bringUp({ host: 'test-sshd', ...directions.D });
    await check(window, () => true);
    await window.client.stop('user:t');
    await window.bringUp({ host: 'test-sshd', remoteForward: `0:127.0.0.1:${four.port}` });
    assert.equal((await exchange(window.port(), 'there and back')).received.toString(), 'there and back');
    await window.client.stop('user:t');
    window.disconnect();
  });

  for (const [direction, refused] of [
    ['D', 'PermitOpen none'],
    ['D', 'AllowTcpForwarding remote'],
    ['R', 'PermitListen none'],
    ['R', 'AllowTcpForwarding local'],
  ] as const) {
    it(`refuses -${direction} with ${refused}`, async () => {
      await using sshd: Sshd = await startSshd({ config: [refused] });
      const window = await TestWindow.open(daemon, sshd);
      await window.bringUp({ host: 'test-sshd', ...directions[direction] });
      if (direction === 'D') {
        await check(window, () => false);
      } else {
        const [forward] = window.forwards();
        assert.ok(forward?.status === 'failed');
        assert.equal(forward.error.code, 'ForwardingDisabled');
      }
      await window.client.stop('user:t');
      window.disconnect();
    });
  }
});
