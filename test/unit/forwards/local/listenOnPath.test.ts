// Unix sockets on this machine: for the user alone, and in nobody's way.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { link, lstat, mkdir, readdir, unlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { listenOnPath } from '../../../../src/tunnels/forwards/local/listenOnPath';
import { OwnSockets } from '../../../../src/tunnels/forwards/local/ownSockets';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

describe('listenOnPath', () => {
  let dir: TempDir;
  let own: OwnSockets;
  let path: string;
  beforeEach(async () => {
    dir = await tempDir('s-');
    await mkdir(dir.file('notes'));
    await mkdir(dir.file('sockets'));
    own = new OwnSockets(dir.file('notes'));
    path = join(dir.file('sockets'), 'db.sock');
  });
  afterEach(() => dir.remove());

  const greet = (socket: Socket): void =>
    void socket
      .on('error', () => undefined)
      .resume()
      .end('hello');
  async function said(): Promise<string> {
    const socket = connect(path);
    return Buffer.concat((await socket.toArray()) as Buffer[]).toString();
  }
  async function refusal(): Promise<string> {
    const failure = await listenOnPath(path, own, greet).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof TunnelFailure, String(failure));
    return `${failure.code}: ${failure.message}`;
  }
  /** As a crash leaves it: the file stays, and the note of it. */
  async function leaveBehind(): Promise<void> {
    const server = createServer();
    const draft = `${path}.draft`;
    server.listen(draft);
    await once(server, 'listening');
    await link(draft, path);
    server.close();
    await once(server, 'close');
  }

  it('serves its user, and nobody else', async () => {
    const listener = await listenOnPath(path, own, greet);
    assert.equal((await lstat(path)).mode & 0o777, 0o600);
    assert.equal(await said(), 'hello');
    assert.deepEqual(listener.bound, [{ path }]);
    assert.deepEqual(await readdir(dir.file('sockets')), ['db.sock']);
    await listener.close();
  });

  it('leaves nothing behind', async () => {
    const before = process.umask(0o22);
    const listener = await listenOnPath(path, own, greet);
    await listener.close();
    assert.deepEqual(await readdir(dir.file('sockets')), []);
    assert.deepEqual(await readdir(dir.file('notes')), []);
    assert.equal(process.umask(before), 0o22);
  });

  it('takes over what a crash of its own has left', async () => {
    await leaveBehind();
    await own.remember(path, await lstat(path));
    const listener = await listenOnPath(path, own, greet);
    assert.equal(await said(), 'hello');
    await listener.close();
  });

  it('leaves alone a dead socket that somebody else made', async () => {
    await leaveBehind();
    assert.match(await refusal(), /^AddressInUse: The socket .*db\.sock exists, and nothing listens on it/);
    assert.ok((await lstat(path)).isSocket());
  });

  it('leaves alone what is no socket', async () => {
    await writeFile(path, 'precious');
    await own.remember(path, await lstat(path));
    assert.match(
      await refusal(),
      /^AddressInUse: .*db\.sock exists already and is no socket, so it is left alone/,
    );
    assert.equal((await lstat(path)).size, 8);
  });

  it('leaves alone a socket that somebody listens on, be it its own', async () => {
    const listener = await listenOnPath(path, own, greet);
    assert.match(await refusal(), /^AddressInUse: The socket .* is used by another program/);
    assert.equal(await said(), 'hello');
    await listener.close();
  });

  it('removes no file that has taken its place meanwhile', async () => {
    const listener = await listenOnPath(path, own, greet);
    await unlink(path);
    await writeFile(path, 'precious');
    await listener.close();
    assert.equal((await lstat(path)).size, 8);
  });

  it('says that there is no such folder', async () => {
    path = dir.file('nowhere/db.sock');
    assert.match(
      await refusal(),
      /^AddressNotAvailable: The socket .* cannot be made: there is no folder .*nowhere\.$/,
    );
  });

  it('says that the path is too long', async () => {
    path = dir.file('x'.repeat(200));
    assert.match(await refusal(), /^AddressNotAvailable: The path of the socket .* is too long: /);
  });
});
