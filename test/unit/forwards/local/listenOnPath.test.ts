// Unix sockets on this machine: for the user alone, and without touching a file that is not ours.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { link, lstat, mkdir, readdir, unlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { listenOnPath } from '../../../../src/tunnels/forwards/local/listenOnPath';
import { longestSocketPath } from '../../../../src/tunnels/config/socketPaths';
import { OwnSockets } from '../../../../src/tunnels/forwards/local/ownSockets';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import { everythingPermitted } from '../../../support/socketGuard';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

describe('listening on a Unix socket', () => {
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

  const options = (): Parameters<typeof listenOnPath>[1] => ({
    ownSockets: own,
    socketGuard: everythingPermitted,
  });
  const greet = (socket: Socket): void =>
    void socket
      .on('error', () => undefined)
      .resume()
      .end('hello');
  async function readGreeting(): Promise<string> {
    const socket = connect(path);
    return Buffer.concat((await socket.toArray()) as Buffer[]).toString();
  }
  async function refusal(): Promise<string> {
    const failure = await listenOnPath(path, options(), greet).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof TunnelFailure, String(failure));
    return `${failure.code}: ${failure.message}`;
  }
  /** A socket as a crash leaves it: the file stays, and nothing listens on it. */
  async function leaveDeadSocket(): Promise<void> {
    const server = createServer();
    const draft = `${path}.draft`;
    server.listen(draft);
    await once(server, 'listening');
    await link(draft, path);
    server.close();
    await once(server, 'close');
  }

  it('serves the user alone, by file mode 0600', async () => {
    const listener = await listenOnPath(path, options(), greet);
    assert.equal((await lstat(path)).mode & 0o777, 0o600);
    assert.equal(await readGreeting(), 'hello');
    assert.deepEqual(listener.bound, [{ path }]);
    assert.deepEqual(await readdir(dir.file('sockets')), ['db.sock']);
    await listener.close();
  });

  it('removes its socket and its note on close, and restores the umask', async () => {
    const before = process.umask(0o22);
    const listener = await listenOnPath(path, options(), greet);
    await listener.close();
    assert.deepEqual(await readdir(dir.file('sockets')), []);
    assert.deepEqual(await readdir(dir.file('notes')), []);
    assert.equal(process.umask(before), 0o22);
  });

  it('replaces a dead socket that a crash of ours left', async () => {
    await leaveDeadSocket();
    await own.remember(path, await lstat(path));
    const listener = await listenOnPath(path, options(), greet);
    assert.equal(await readGreeting(), 'hello');
    await listener.close();
  });

  it('refuses to replace a dead socket of another program', async () => {
    await leaveDeadSocket();
    assert.match(
      await refusal(),
      /^AddressInUse: The socket .*db\.sock already exists\. Nothing listens on it/,
    );
    assert.ok((await lstat(path)).isSocket());
  });

  it('refuses to replace a dead socket of another program that has got the file number of ours', async () => {
    await leaveDeadSocket();
    const { dev, ino, mtimeMs } = await lstat(path);
    await own.remember(path, { dev, ino, mtimeMs: mtimeMs - 1000 });
    assert.match(await refusal(), /^AddressInUse: The socket .*db\.sock already exists/);
    assert.ok((await lstat(path)).isSocket());
  });

  it('refuses to replace a file that is no socket', async () => {
    await writeFile(path, 'precious');
    await own.remember(path, await lstat(path));
    assert.match(
      await refusal(),
      /^AddressInUse: .*db\.sock already exists and is not a socket, so it was not replaced/,
    );
    assert.equal((await lstat(path)).size, 8);
  });

  it('refuses to replace a socket that is in use, even by us', async () => {
    const listener = await listenOnPath(path, options(), greet);
    assert.match(await refusal(), /^AddressInUse: The socket .* is used by another program/);
    assert.equal(await readGreeting(), 'hello');
    await listener.close();
  });

  it('does not remove a file that has replaced its socket', async () => {
    const listener = await listenOnPath(path, options(), greet);
    await unlink(path);
    await writeFile(path, 'precious');
    await listener.close();
    assert.equal((await lstat(path)).size, 8);
  });

  it('fails with the name of a missing folder', async () => {
    path = dir.file('nowhere/db.sock');
    assert.match(
      await refusal(),
      /^AddressNotAvailable: The socket .* can't be created: the folder .*nowhere doesn't exist\.$/,
    );
  });

  for (const nameLength of [1, 2, 3, 8]) {
    it(`listens on the longest path, with a name of ${nameLength} in a deep folder`, async () => {
      const room = longestSocketPath - Buffer.byteLength(dir.file('')) - nameLength - 2;
      const folder = dir.file('x'.repeat(room));
      await mkdir(folder);
      path = join(folder, 's'.repeat(nameLength));
      assert.equal(Buffer.byteLength(path), longestSocketPath);
      const listener = await listenOnPath(path, options(), greet);
      assert.equal(await readGreeting(), 'hello');
      assert.deepEqual(await readdir(folder), ['s'.repeat(nameLength)]);
      await listener.close();
      assert.deepEqual(await readdir(folder), []);
    });
  }

  it('refuses a path that is too long for a socket', async () => {
    path = dir.file('x'.repeat(200));
    assert.match(await refusal(), /^AddressNotAvailable: The path of the socket .* is too long: /);
  });
});
