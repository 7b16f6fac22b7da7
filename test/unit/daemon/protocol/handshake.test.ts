// The handshake over the private socket: only those who know the secret pass, and what they send doesn't disclose it.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { greetDaemon, greetWindow } from '../../../../src/tunnels/daemon/protocol/handshake';
import { socketPath } from '../../../support/socketPath';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

const secret = 'a1'.repeat(32);
const length = 32;

describe('the handshake', () => {
  let dir: TempDir;
  let count = 0;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    dir = await tempDir('h-');
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) {
      socket.destroy();
    }
    await dir.remove();
  });

  /** Both ends of one connection. */
  async function pair(): Promise<{ daemon: Socket; window: Socket }> {
    const path = socketPath(dir, `${count++}.sock`);
    const server = createServer({ pauseOnConnect: true }).listen(path);
    await once(server, 'listening');
    const window = connect(path);
    const [daemon] = (await once(server, 'connection')) as [Socket];
    server.close();
    for (const socket of [daemon, window]) {
      sockets.push(socket.on('error', () => undefined));
    }
    return { daemon, window };
  }

  /** Collects all that is received from now on. */
  function collect(socket: Socket): () => Buffer {
    const received: Buffer[] = [];
    socket.on('data', (data) => received.push(data)).resume();
    return () => Buffer.concat(received);
  }

  async function take(socket: Socket, size: number): Promise<Buffer> {
    for (;;) {
      const data: unknown = socket.read(size);
      if (Buffer.isBuffer(data)) {
        return data;
      }
      await once(socket, 'readable');
    }
  }

  function proofs(windowNonce: Buffer, daemonNonce: Buffer): Record<'daemon' | 'window', Buffer> {
    const of = (role: string): Buffer =>
      createHmac('sha256', Buffer.from(secret, 'hex'))
        .update(`ssh-tunnels ${role}`)
        .update(windowNonce)
        .update(daemonNonce)
        .digest();
    return { daemon: of('daemon'), window: of('window') };
  }

  /** What a window and a daemon that know the secret send to each other. */
  async function recording(): Promise<{ byWindow: Buffer; byDaemon: Buffer }> {
    const [left, right] = [await pair(), await pair()];
    const byWindow = collect(left.daemon);
    const byDaemon = collect(right.window);
    left.daemon.pipe(right.window);
    right.window.pipe(left.daemon);
    await Promise.all([greetDaemon(left.window, secret), greetWindow(right.daemon, secret)]);
    return { byWindow: byWindow(), byDaemon: byDaemon() };
  }

  it('succeeds between two who know the secret, without sending it', async () => {
    const { byWindow, byDaemon } = await recording();
    assert.equal(byWindow.length, 2 * length);
    assert.equal(byDaemon.length, 2 * length);
    const said = Buffer.concat([byWindow, byDaemon]).toString('latin1');
    assert.ok(!said.includes(Buffer.from(secret, 'hex').toString('latin1')) && !said.includes(secret));
  });

  it('does not consume what a window sends right after its proof', async () => {
    const { daemon, window } = await pair();
    const greeted = greetWindow(daemon, secret);
    await greetDaemon(window, secret);
    window.write('hello');
    await greeted;
    assert.equal((await take(daemon, 5)).toString(), 'hello');
  });

  describe('with an impostor in place of the daemon', () => {
    const answers: readonly (readonly [
      name: string,
      answer: (nonce: Buffer, recorded: Buffer) => readonly Buffer[],
    ])[] = [
      ['that sends arbitrary bytes', () => [Buffer.alloc(2 * length, 7)]],
      ['that sends the nonce of the window back', (nonce) => [nonce, nonce]],
      ['that replays what the daemon sent to another window', (_nonce, recorded) => [recorded]],
      [
        'that sends the proof of a window',
        (nonce) => {
          const daemonNonce = Buffer.alloc(length, 3);
          return [daemonNonce, proofs(nonce, daemonNonce).window];
        },
      ],
      ['that sends one byte too few', () => [Buffer.alloc(2 * length - 1, 7)]],
    ];
    for (const [name, answer] of answers) {
      it(`${name} fails, and gets only a nonce from the window`, async () => {
        const { byDaemon } = await recording();
        const { daemon, window } = await pair();
        const greeted = greetDaemon(window, secret);
        const nonce = await take(daemon, length);
        const more = collect(daemon);
        daemon.end(Buffer.concat(answer(nonce, byDaemon)));
        await assert.rejects(greeted, /not our daemon|closed/);
        window.destroy();
        await once(daemon, 'close');
        assert.equal(more().length, 0);
      });
    }

    it('has another nonce of the window each time', async () => {
      const nonces = new Set<string>();
      for (let i = 0; i < 5; i++) {
        const { daemon, window } = await pair();
        greetDaemon(window, secret).catch(() => undefined);
        nonces.add((await take(daemon, length)).toString('hex'));
      }
      assert.equal(nonces.size, 5);
    });
  });

  describe('with an impostor in place of a window', () => {
    const answers: readonly (readonly [
      name: string,
      answer: (daemonNonce: Buffer, daemonProof: Buffer, recorded: Buffer) => Buffer,
    ])[] = [
      ['that sends arbitrary bytes', () => Buffer.alloc(length, 7)],
      ["that sends the daemon's own proof back", (_nonce, proof) => proof],
      ["that sends the daemon's own nonce back", (nonce) => nonce],
      ['that replays the proof of another window', (_nonce, _proof, recorded) => recorded.subarray(length)],
    ];
    for (const [name, answer] of answers) {
      it(`${name} fails`, async () => {
        const { byWindow } = await recording();
        const { daemon, window } = await pair();
        const greeted = greetWindow(daemon, secret);
        // The very nonce of the window that was overheard.
        window.write(byWindow.subarray(0, length));
        const said = await take(window, 2 * length);
        window.write(answer(said.subarray(0, length), said.subarray(length), byWindow));
        await assert.rejects(greeted, /does not know the secret/);
      });
    }

    it('never makes the daemon send the proof of a window', async () => {
      const { daemon, window } = await pair();
      greetWindow(daemon, secret).catch(() => undefined);
      const nonce = Buffer.alloc(length, 9);
      window.write(nonce);
      const said = await take(window, 2 * length);
      const { daemon: daemonProof, window: windowProof } = proofs(nonce, said.subarray(0, length));
      assert.deepEqual(said.subarray(length), daemonProof);
      assert.notDeepEqual(daemonProof, windowProof);
    });
  });
});
