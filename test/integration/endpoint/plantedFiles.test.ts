// Files that another program has planted where the daemon and its windows keep their files: they aren't trusted, what
// they point to isn't changed, and nothing hangs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  chown,
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { constants } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { OwnSockets } from '../../../src/tunnels/forwards/local/ownSockets';
import { LogFile } from '../../../src/tunnels/daemon/server/logFile';
import {
  ensurePrivateFolder,
  newEndpointFile,
  publishEndpointFile,
  readEndpointFile,
  endpointFilePath,
  withdrawEndpointFile,
} from '../../../src/tunnels/daemon/endpoint/endpointFile';
import { TunnelFailure } from '../../../src/tunnels/errors/errors';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { nextStepOf } from '../../support/errorWords';

/** A user that is neither root nor the one that runs the test. */
const somebodyElse = 54_321;
/** In the folder of the test. */
const endpointName = endpointFilePath('ssh-tunnels');
/** A log that is large enough to be rotated. */
const full = 'x'.repeat(1024 * 1024);

describe("files planted in the daemon's folder", () => {
  let dir: TempDir;
  let folder: string;
  /** What a planted link points to. */
  let linked: string;
  beforeEach(async () => {
    dir = await tempDir('p-');
    folder = dir.file('ssh-tunnels');
    await mkdir(folder, { mode: 0o700 });
    linked = await dir.write('victim', 'precious', 0o644);
  });
  afterEach(() => dir.remove());

  const plant = {
    'a link': (place: string) => symlink(linked, place),
    'a link to nothing': (place: string) => symlink(dir.file('nothing'), place),
    'a hard link': (place: string) => link(linked, place),
    'a pipe': async (place: string) => {
      execFileSync('mkfifo', ['-m', '0600', place]);
      return Promise.resolve();
    },
    'a folder': (place: string) => mkdir(place),
    'a file of another user': async (place: string) => {
      await copyFile(linked, place);
      await chmod(place, 0o600);
      await chown(place, somebodyElse, somebodyElse);
    },
  };
  const kinds = Object.keys(plant) as (keyof typeof plant)[];

  /** Nothing was written to the planted file, nor through it. */
  async function isUntouched(text = 'precious', mode = 0o644): Promise<void> {
    assert.equal(await readFile(linked, 'utf8'), text);
    assert.equal((await stat(linked)).mode & 0o777, mode);
    assert.deepEqual((await readdir(dir.path)).sort(), ['ssh-tunnels', 'victim']);
  }

  describe('as the log', () => {
    for (const kind of kinds) {
      it(`${kind}: isn't written to, and the log reports the problem`, async () => {
        const file = join(folder, 'daemon.log');
        await plant[kind](file);
        const log = new LogFile(file);
        log.write({ level: 'info', text: 'a line' });
        await isUntouched();
        assert.match(log.problem ?? '', /daemon\.log/);
        await rm(file, { recursive: true });
        log.write({ level: 'info', text: 'a line' });
        assert.equal(log.problem, undefined);
        assert.match(await readFile(file, 'utf8'), /info a line\n$/);
        assert.equal((await stat(file)).mode & 0o777, 0o600);
      });

      if (kind !== 'a folder') {
        it(`${kind}: at the rotated log's path, is replaced`, async () => {
          const file = join(folder, 'daemon.log');
          await plant[kind](`${file}.1`);
          await dir.write('ssh-tunnels/daemon.log', full);
          const log = new LogFile(file);
          log.write({ level: 'info', text: 'the last line' });
          log.write({ level: 'info', text: 'a line' });
          await isUntouched();
          assert.ok((await lstat(`${file}.1`)).size > 1024 * 1024);
          assert.ok((await lstat(file)).size < 100);
        });
      }
    }

    it("a folder at the rotated log's path: keeps the log from growing any further", async () => {
      const file = join(folder, 'daemon.log');
      await mkdir(`${file}.1`);
      await dir.write('ssh-tunnels/daemon.log', full);
      const log = new LogFile(file);
      log.write({ level: 'info', text: 'the last line' });
      const { size } = await lstat(file);
      log.write({ level: 'info', text: 'a line' });
      assert.equal((await lstat(file)).size, size);
      assert.match(log.problem ?? '', /daemon\.log/);
    });

    it('a pipe with a reader: gets no log line', async () => {
      const file = join(folder, 'daemon.log');
      await plant['a pipe'](file);
      const reader = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
      new LogFile(file).write({ level: 'info', text: 'a line' });
      assert.equal((await reader.read({ buffer: Buffer.alloc(100) })).bytesRead, 0);
      await reader.close();
    });

    it('a log that others may read: becomes private', async () => {
      const file = await dir.write('ssh-tunnels/daemon.log', '', 0o644);
      new LogFile(file).write({ level: 'info', text: 'a line' });
      assert.equal((await stat(file)).mode & 0o777, 0o600);
    });
  });

  describe('as the endpoint file', () => {
    for (const kind of kinds.filter((each) => each !== 'a hard link')) {
      it(`${kind}: isn't trusted, even with valid content, and is replaced by a daemon`, async () => {
        const right = JSON.stringify(newEndpointFile(folder));
        await dir.write('victim', right, 0o600);
        await chmod(linked, 0o600);
        const file = endpointFilePath(folder);
        await plant[kind](file);
        assert.equal(await readEndpointFile(folder), undefined);
        const ours = newEndpointFile(folder);
        assert.equal(await publishEndpointFile(folder, ours), false);
        await isUntouched(right, 0o600);
        await withdrawEndpointFile(folder, undefined);
        assert.equal(await publishEndpointFile(folder, ours), true);
        await isUntouched(right, 0o600);
        assert.deepEqual(await readEndpointFile(folder), ours);
      });
    }

    it('a valid file of this user: is trusted', async () => {
      const right = newEndpointFile(folder);
      await dir.write(endpointName, JSON.stringify(right));
      assert.deepEqual(await readEndpointFile(folder), right);
    });

    it('a valid file: is trusted through a symbolic link to the folder', async () => {
      const right = newEndpointFile(folder);
      await dir.write(endpointName, JSON.stringify(right));
      await symlink(dir.path, dir.file('way'));
      assert.deepEqual(await readEndpointFile(dir.file('way/ssh-tunnels')), right);
    });

    const untrue: readonly (readonly [name: string, change: object])[] = [
      ['an endpoint in another folder', { endpoint: '/tmp/0123456789abcdef.sock' }],
      ['an endpoint path with ".."', { endpoint: 'ssh-tunnels/../x.sock' }],
      ['a port for an endpoint', { endpoint: '8080' }],
      ['no secret', { secret: '' }],
      ["a secret that isn't hexadecimal", { secret: 'z'.repeat(64) }],
      ['half a secret', { secret: 'ab'.repeat(16) }],
      ['another protocol version', { major: 7 }],
    ];
    for (const [name, change] of untrue) {
      it(`a file with ${name}: isn't trusted`, async () => {
        const right = newEndpointFile(folder);
        await dir.write(endpointName, JSON.stringify({ ...right, ...change }));
        assert.equal(await readEndpointFile(folder), undefined);
      });
    }

    it("a file with a relative path: isn't trusted", async () => {
      const right = newEndpointFile(folder);
      const endpoint = relative(process.cwd(), right.endpoint);
      await dir.write(endpointName, JSON.stringify({ ...right, endpoint }));
      assert.equal(await readEndpointFile(folder), undefined);
    });

    it("a file that is far too long: isn't read", async () => {
      const right = `${JSON.stringify(newEndpointFile(folder))}${' '.repeat(1024 * 1024)}`;
      await dir.write(endpointName, right);
      assert.equal(await readEndpointFile(folder), undefined);
    });

    it("a file that names another file as a dead daemon's socket: doesn't get that file removed", async () => {
      const other = await dir.write('ssh-tunnels/other.sock', 'precious');
      const endpointFile = { ...newEndpointFile(folder), endpoint: other };
      await dir.write(endpointName, JSON.stringify(endpointFile));
      await withdrawEndpointFile(folder, endpointFile);
      assert.deepEqual(await readdir(folder), ['other.sock']);
      await using outside = await tempDir('o-');
      const server = createServer().listen(outside.file('x.sock'));
      await once(server, 'listening');
      const elsewhere = { ...endpointFile, endpoint: outside.file('x.sock') };
      await dir.write(endpointName, JSON.stringify(elsewhere));
      await withdrawEndpointFile(folder, elsewhere);
      assert.ok((await lstat(outside.file('x.sock'))).isSocket());
      server.close();
    });
  });

  describe('as the record of a Unix socket', () => {
    const identity = { dev: 1, ino: 2, mtimeMs: 3.5 };
    const path = '/tmp/db.sock';
    const says = JSON.stringify({ path, ...identity });
    const place = (): string =>
      join(folder, `socket-${createHash('sha256').update(path).digest('hex').slice(0, 16)}.json`);

    for (const kind of kinds) {
      it(`${kind}: isn't trusted${kind === 'a hard link' ? ' where others may write it' : ''}`, async () => {
        await dir.write('victim', says);
        await plant[kind](place());
        const own = new OwnSockets(folder);
        assert.equal(await own.isOurs(path, identity), false);
        await isUntouched(says);
      });

      if (kind !== 'a folder') {
        it(`${kind}: is replaced by our own record`, async () => {
          await plant[kind](place());
          const own = new OwnSockets(folder);
          await own.remember(path, identity);
          await isUntouched();
          assert.equal(await own.isOurs(path, identity), true);
          assert.equal((await lstat(place())).mode & 0o777, 0o600);
        });
      }
    }
  });

  describe('as the folder', () => {
    async function refusal(nextStep: RegExp): Promise<string> {
      const failure = await ensurePrivateFolder(folder).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(failure instanceof TunnelFailure && failure.code === 'DaemonLost', String(failure));
      assert.match(nextStepOf(failure.error), nextStep);
      return failure.message;
    }

    it('a link to another folder of this user: is refused, and that folder stays unchanged', async () => {
      await rm(folder, { recursive: true });
      await mkdir(dir.file('other'), { mode: 0o755 });
      await symlink(dir.file('other'), folder);
      assert.ok((await refusal(/^Move it or remove it/)).includes(folder));
      assert.equal((await stat(dir.file('other'))).mode & 0o777, 0o755);
      assert.equal(await readEndpointFile(folder), undefined);
    });

    it("a folder of another user: is refused, and its files aren't trusted", async () => {
      await dir.write(endpointName, JSON.stringify(newEndpointFile(folder)));
      await chown(folder, somebodyElse, somebodyElse);
      assert.ok((await refusal(/XDG_RUNTIME_DIR/)).includes(folder));
      assert.equal(await readEndpointFile(folder), undefined);
    });

    for (const kind of ['a link to nothing', 'a pipe', 'a hard link'] as const) {
      it(`${kind}: is refused`, async () => {
        await rm(folder, { recursive: true });
        await plant[kind](folder);
        assert.ok((await refusal(/^Move it or remove it/)).includes(folder));
        assert.equal(await readFile(linked, 'utf8'), 'precious');
      });
    }

    it('a folder of this user that is open to others: becomes private', async () => {
      await chmod(folder, 0o777);
      await ensurePrivateFolder(folder);
      assert.equal((await stat(folder)).mode & 0o777, 0o700);
      await chmod(folder, 0o750);
      await readEndpointFile(folder);
      assert.equal((await stat(folder)).mode & 0o777, 0o700);
    });
  });
});
