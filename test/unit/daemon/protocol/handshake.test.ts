// Who can talk to whom over the private socket: those who know the secret, and nobody learns it from the others.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { greetDaemon, greetWindow } from '../../../../src/tunnels/daemon/protocol/handshake';
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
  async function pair(): Promise<{ host: Socket; window: Socket }> {
    const path = dir.file(`${count++}.sock`);
    const server = createServer({ pauseOnConnect: true }).listen(path);
    await once(server, 'listening');
    const window = connect(path);
    const [host] = (await once(server, 'connection')) as [Socket];
    server.close();
    for (const socket of [host, window]) {
      sockets.push(socket.on('error', () => undefined));
    }
    return { host, window };
  }

  /** All that comes from now on. */
  function hear(socket: Socket): () => Buffer {
    const heard: Buffer[] = [];
    socket.on('data', (data) => heard.push(data)).resume();
    return () => Buffer.concat(heard);
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

  function proofs(windowNonce: Buffer, daemonNonce: Buffer): Record<'host' | 'window', Buffer> {
    const of = (role: string): Buffer =>
      createHmac('sha256', Buffer.from(secret, 'hex'))
        .update(`ssh-tunnels ${role}`)
        .update(windowNonce)
        .update(daemonNonce)
        .digest();
    return { host: of('host'), window: of('window') };
  }

  /** What a window and a host that know the secret say to each other. */
  async function recording(): Promise<{ byWindow: Buffer; byHost: Buffer }> {
    const [left, right] = [await pair(), await pair()];
    const byWindow = hear(left.host);
    const byHost = hear(right.window);
    left.host.pipe(right.window);
    right.window.pipe(left.host);
    await Promise.all([greetDaemon(left.window, secret), greetWindow(right.host, secret)]);
    return { byWindow: byWindow(), byHost: byHost() };
  }

  it('is passed by those who know the secret, which is not among what they say', async () => {
    const { byWindow, byHost } = await recording();
    assert.equal(byWindow.length, 2 * length);
    assert.equal(byHost.length, 2 * length);
    const said = Buffer.concat([byWindow, byHost]).toString('latin1');
    assert.ok(!said.includes(Buffer.from(secret, 'hex').toString('latin1')) && !said.includes(secret));
  });

  it('leaves what a window says right after its proof to whoever comes next', async () => {
    const { host, window } = await pair();
    const greeted = greetWindow(host, secret);
    await greetDaemon(window, secret);
    window.write('hello');
    await greeted;
    assert.equal((await take(host, 5)).toString(), 'hello');
  });

  describe('with a squatter in the place of the host', () => {
    const answers: readonly (readonly [
      name: string,
      answer: (nonce: Buffer, recorded: Buffer) => readonly Buffer[],
    ])[] = [
      ['that knows nothing', () => [Buffer.alloc(2 * length, 7)]],
      ['that sends our own words back', (nonce) => [nonce, nonce]],
      ['that sends what the host said to another window', (_nonce, recorded) => [recorded]],
      [
        'that has a proof of a window for it',
        (nonce) => {
          const daemonNonce = Buffer.alloc(length, 3);
          return [daemonNonce, proofs(nonce, daemonNonce).window];
        },
      ],
      ['that sends a little less', () => [Buffer.alloc(2 * length - 1, 7)]],
    ];
    for (const [name, answer] of answers) {
      it(`${name}: it gets a nonce, and no more`, async () => {
        const { byHost } = await recording();
        const { host, window } = await pair();
        const greeted = greetDaemon(window, secret);
        const nonce = await take(host, length);
        const more = hear(host);
        host.end(Buffer.concat(answer(nonce, byHost)));
        await assert.rejects(greeted, /not our daemon|closed/);
        window.destroy();
        await once(host, 'close');
        assert.equal(more().length, 0);
      });
    }

    it('a window does not say the same nonce twice', async () => {
      const nonces = new Set<string>();
      for (let i = 0; i < 5; i++) {
        const { host, window } = await pair();
        greetDaemon(window, secret).catch(() => undefined);
        nonces.add((await take(host, length)).toString('hex'));
      }
      assert.equal(nonces.size, 5);
    });
  });

  describe('with a stranger in the place of a window', () => {
    const answers: readonly (readonly [
      name: string,
      answer: (daemonNonce: Buffer, daemonProof: Buffer, recorded: Buffer) => Buffer,
    ])[] = [
      ['that knows nothing', () => Buffer.alloc(length, 7)],
      ["that sends the host's own proof back", (_nonce, proof) => proof],
      ["that sends the host's own nonce back", (nonce) => nonce],
      ['that sends the proof of another window', (_nonce, _proof, recorded) => recorded.subarray(length)],
    ];
    for (const [name, answer] of answers) {
      it(`${name}: it is refused`, async () => {
        const { byWindow } = await recording();
        const { host, window } = await pair();
        const greeted = greetWindow(host, secret);
        // The very nonce of the window that was overheard.
        window.write(byWindow.subarray(0, length));
        const said = await take(window, 2 * length);
        window.write(answer(said.subarray(0, length), said.subarray(length), byWindow));
        await assert.rejects(greeted, /a stranger/);
      });
    }

    it('that asks for proofs of a window: no nonce makes the host give one', async () => {
      const { host, window } = await pair();
      greetWindow(host, secret).catch(() => undefined);
      const nonce = Buffer.alloc(length, 9);
      window.write(nonce);
      const said = await take(window, 2 * length);
      const { host: daemonProof, window: windowProof } = proofs(nonce, said.subarray(0, length));
      assert.deepEqual(said.subarray(length), daemonProof);
      assert.notDeepEqual(daemonProof, windowProof);
    });
  });
});
