// The display's own key stays on this machine; the server gets a substitute that only works for its own program,
// while that runs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import { writeClientSetup } from '../../../src/tunnels/forwards/x11/x11Setup';
import { eventually, x11Fixture } from '../../support/x11Fixture';
import type { X11Fixture } from '../../support/x11Fixture';

const protocol = 'MIT-MAGIC-COOKIE-1';

describe('X11 display keys', () => {
  let fixture: X11Fixture;
  before(async () => {
    fixture = await x11Fixture();
  });
  after(() => fixture[Symbol.asyncDispose]());
  afterEach(async () => {
    await fixture.window.client.stop('user:t').catch(() => undefined);
    await fixture.window.lease();
  });

  /** Runs it, and waits until sshd has created a display for it. */
  async function begin(command = 'xclock', trusted = false): Promise<{ display: string; key: Buffer }> {
    const { window, there } = fixture;
    const displayFile = there.file('display');
    const x11Programs = { Clock: { command: `echo $DISPLAY > ${displayFile}; exec ${command}`, trusted } };
    await fixture.lease(x11Programs, { dynamicForward: 0 });
    await window.run('Clock');
    const [, hex = ''] = /([0-9a-f]{32})$/.exec(await fixture.keysThere()) ?? [];
    return { display: (await readFile(displayFile, 'utf8')).trim(), key: Buffer.from(hex, 'hex') };
  }

  /** An X server's answer to such a key: its first byte, or what ends the connection. */
  function knock(display: string, data: Buffer, name = protocol): Promise<string> {
    return new Promise((resolve) => {
      const number = Number(/:(\d+)/.exec(display)?.[1]);
      const isLocal = display.startsWith(':');
      const socket = connect(
        isLocal ? { path: `/tmp/.X11-unix/X${number}` } : { host: '127.0.0.1', port: 6000 + number },
      );
      socket.once('data', (answer: Buffer) => {
        resolve(answer[0] === 1 ? 'let in' : 'refused');
        socket.destroy();
      });
      socket.once('close', () => resolve('closed'));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
      socket.write(writeClientSetup({ name, data }));
    });
  }

  for (const trusted of [false, true]) {
    it(`of this machine never reach the server (${trusted ? 'trusted' : 'untrusted'})`, async () => {
      const { x, sshd } = fixture;
      const { key } = await begin('xclock', trusted);
      const keysThere = await fixture.keysThere();
      assert.match(keysThere, /unix:\d+ +MIT-MAGIC-COOKIE-1 +[0-9a-f]{32}$/);
      assert.ok(!keysThere.includes(x.cookie));
      // What was sent to the server is useless here.
      assert.equal(await knock(x.display, key), 'refused');
      assert.equal(await knock(x.display, Buffer.from(x.cookie, 'hex')), 'let in');
      assert.ok(!sshd.log().includes(x.cookie));
    });
  }

  it('are checked: a wrong key, no key and other protocols are refused', async () => {
    const { window } = fixture;
    const { display, key } = await begin();
    assert.equal(await knock(display, Buffer.alloc(16, 1)), 'closed');
    assert.equal(await knock(display, Buffer.alloc(0), ''), 'closed');
    assert.equal(await knock(display, key.subarray(0, 15)), 'closed');
    assert.equal(await knock(display, Buffer.from(fixture.x.cookie, 'hex')), 'closed');
    await new Promise<void>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: 6000 + Number(/:(\d+)/.exec(display)?.[1]) });
      socket.on('error', () => undefined).once('close', () => resolve());
      socket.resume().write('GET / HTTP/1.1\r\n\r\n');
    });
    const turnedAway = (): number =>
      window.log.filter((line) => line.includes('Rejected an X11 connection')).length;
    await window.until(() => turnedAway() === 5, 'five rejections are logged');
    assert.equal(window.program('Clock').status, 'running');
    // The right key is accepted, so the test itself would be.
    assert.equal(await knock(display, key), 'let in');
  });

  it('are useless after their program has ended, even while others run', async () => {
    const { window } = fixture;
    const grabbed = await begin();
    await window.client.stopProgram('user:t', 'Clock');
    await window.client.runProgram('user:t', { name: 'Eyes', command: 'xeyes', trusted: false });
    const keys = await eventually(() => fixture.keysThere(), Boolean);
    const display = `localhost:${/unix:(\d+)/.exec(keys)?.[1] ?? ''}`;
    assert.equal(await knock(display, grabbed.key), 'closed');
  });

  it("aren't stored, neither here nor on the server", async () => {
    const { window, x } = fixture;
    await begin();
    await window.client.stopProgram('user:t', 'Clock');
    assert.equal(await fixture.keysThere(), '');
    assert.deepEqual(await fixture.keyFolders(), []);
    const list = await new Promise<string>((resolve) => {
      execFile('xauth', ['-f', x.env.XAUTHORITY, 'list'], (_error, stdout) => resolve(stdout));
    });
    assert.ok(
      list
        .trim()
        .split('\n')
        .every((line) => line.endsWith(x.cookie)),
      list,
    );
  });
});
