// Other users of the machine, and programs that listen on a dead daemon's socket: they learn nothing and get nothing.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { endpointFilePath } from '../../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../../src/tunnels/daemon/endpoint/endpointFolder';
import { TunnelFailure } from '../../../src/tunnels/errors/errors';
import { endAfterEach } from '../../support/cleanUps';
import { TestWindow, testDaemon, killDaemon } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';
import { endpointFileOf } from '../../support/rawConnection';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { temporaryUser } from '../../support/temporaryUser';
import type { TemporaryUser } from '../../support/temporaryUser';
import { nextStepOf } from '../../support/errorWords';

describe('another user of the machine', () => {
  const later = endAfterEach();
  let sshd: Sshd;
  let user: TemporaryUser;
  let uid: number;
  before(async () => {
    sshd = await startSshd();
    user = temporaryUser();
    uid = Number(execFileSync('id', ['-u', user.name]));
  });
  after(async () => {
    user[Symbol.dispose]();
    await sshd.stop();
  });

  async function open(daemon: TestDaemon): Promise<TestWindow> {
    const window = await TestWindow.open(daemon, sshd);
    later({ [Symbol.dispose]: () => window.disconnect() });
    return window;
  }

  const tunnel = { host: 'test-sshd', localForward: '0:127.0.0.1:9' };

  /** Which of these attempts succeed for the other user. */
  function attemptsOfOtherUser(daemon: TestDaemon, daemonPid: number): readonly string[] {
    const folder = endpointFolder(daemon.env);
    const { endpoint } = endpointFileOf(daemon);
    // Plain JavaScript: it runs where the tests' own code can't be read.
    const script = `
      const fs = require('node:fs'), net = require('node:net');
      const [folder, file, log, endpoint] = process.argv.slice(1);
      const attempts = {
        'list the folder': () => fs.readdirSync(folder),
        'enter the folder': () => process.chdir(folder),
        'see the file': () => fs.statSync(file),
        'read the file': () => fs.readFileSync(file),
        'read the log': () => fs.readFileSync(log),
        'write the file': () => fs.writeFileSync(file, '{}'),
        'write the log': () => fs.appendFileSync(log, 'x'),
        'make a file': () => fs.writeFileSync(folder + '/x', ''),
        'remove the file': () => fs.unlinkSync(file),
        'remove the socket': () => fs.unlinkSync(endpoint),
        'rename the folder': () => fs.renameSync(folder, folder + '.away'),
        'open the folder to others': () => fs.chmodSync(folder, 0o777),
        'read the variables of the daemon': () => fs.readFileSync('/proc/${daemonPid}/environ'),
      };
      for (const [name, act] of Object.entries(attempts)) {
        try { act(); console.log(name); } catch (error) {
          if (!['EACCES', 'EPERM'].includes(error.code)) console.log(name + ': ' + error.code);
        }
      }
      net.connect(endpoint).on('connect', () => { console.log('connect'); process.exit(); })
        .on('error', ({ code }) => { if (code !== 'EACCES') console.log('connect: ' + code); });`;
    const args = ['-e', script, folder, endpointFilePath(folder), join(folder, 'daemon.log'), endpoint];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      uid,
      gid: uid,
      cwd: '/',
      env: {},
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    return stdout.split('\n').filter((line) => line !== '');
  }

  it("can't open the socket, nor read, list or change any file", async () => {
    const daemon = later(await testDaemon());
    // The least careful umask.
    const before = process.umask(0);
    const window = await open(daemon).finally(() => process.umask(before));
    const runtime = daemon.env['XDG_RUNTIME_DIR'] ?? '';
    // Only our own folder keeps others out.
    chmodSync(runtime, 0o755);
    assert.deepEqual(attemptsOfOtherUser(daemon, window.client.daemonPid), []);
    // Even if it were open, each file protects itself. (Anyone who can enter a folder can list it.)
    const { daemonPid } = window.client;
    // It would close the folder again.
    process.kill(daemonPid, 'SIGSTOP');
    try {
      chmodSync(endpointFolder(daemon.env), 0o755);
      const seen = ['list the folder', 'enter the folder', 'see the file'];
      assert.deepEqual(attemptsOfOtherUser(daemon, daemonPid), seen);
    } finally {
      process.kill(daemonPid, 'SIGCONT');
    }
  });

  describe('when the user has no XDG_RUNTIME_DIR,', () => {
    let shared: TempDir;
    let daemon: TestDaemon;
    let before: string | undefined;
    beforeEach(async () => {
      shared = await tempDir('tmp-');
      // Like /tmp: anyone can create files, and nobody can remove another user's.
      chmodSync(shared.path, 0o1777);
      before = process.env['TMPDIR'];
      process.env['TMPDIR'] = shared.path;
      const { XDG_RUNTIME_DIR: _, ...env } = process.env;
      daemon = { env, [Symbol.asyncDispose]: () => killDaemon(env) };
    });
    afterEach(async () => {
      await daemon[Symbol.asyncDispose]();
      if (before === undefined) {
        delete process.env['TMPDIR'];
      } else {
        process.env['TMPDIR'] = before;
      }
      await shared.remove();
    });

    /** Runs it as the other user. */
    function runAsOtherUser(program: string, ...args: readonly string[]): void {
      execFileSync(program, args, { uid, gid: uid, cwd: '/' });
    }
    async function refusal(): Promise<TunnelFailure> {
      const failure = await open(daemon).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(failure instanceof TunnelFailure && failure.code === 'DaemonLost', String(failure));
      return failure;
    }

    it("can't enter the user's folder", async () => {
      const window = await open(daemon);
      const folder = endpointFolder(daemon.env);
      assert.equal(folder, join(shared.path, `ssh-tunnels-${userInfo().uid}`));
      assert.equal(statSync(folder).mode & 0o777, 0o700);
      assert.deepEqual(attemptsOfOtherUser(daemon, window.client.daemonPid), []);
    });

    it('gains nothing by making the folder first, and the error says what to do', async () => {
      const folder = endpointFolder(daemon.env);
      runAsOtherUser('mkdir', '-m', '777', folder);
      const { message, error } = await refusal();
      assert.ok(message.includes(folder), message);
      assert.match(nextStepOf(error), /^Ask its owner or an administrator to remove it/);
      assert.deepEqual(readdirSync(folder), []);
    });

    it('gains nothing by a link to a folder of the user', async () => {
      const folder = endpointFolder(daemon.env);
      const precious = shared.file('precious');
      mkdirSync(precious, { mode: 0o755 });
      runAsOtherUser('ln', '-s', precious, folder);
      assert.ok((await refusal()).message.includes(folder));
      assert.deepEqual(readdirSync(precious), []);
      assert.equal(statSync(precious).mode & 0o777, 0o755);
    });
  });

  it("who listens on a dead daemon's socket sees only a nonce, and a new daemon starts", async () => {
    const daemon = later(await testDaemon());
    const first = await open(daemon);
    const old = endpointFileOf(daemon);
    process.kill(first.client.daemonPid, 'SIGKILL');
    await first.until(() => first.closed, 'its connection closed');
    rmSync(old.endpoint, { force: true });
    const received: Buffer[] = [];
    const impostor = createServer((socket) => {
      const at = received.push(Buffer.alloc(0)) - 1;
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        received[at] = Buffer.concat([received[at]!, data]);
        // It receives the nonce twice: as many bytes as a whole answer has.
        socket.write(Buffer.concat([data, data]));
      });
    }).listen(old.endpoint);
    later({ [Symbol.dispose]: () => impostor.close() });
    await once(impostor, 'listening');
    const second = await open(daemon);
    await second.lease({ id: 'user:t', tunnel, want: false });
    assert.notEqual(endpointFileOf(daemon).secret, old.secret);
    assert.ok(received.length > 0, 'nobody came: is the test right?');
    for (const words of received) {
      assert.equal(words.length, 32);
      assert.notDeepEqual(words, Buffer.from(old.secret, 'hex'));
    }
  });

  it("can't redirect the log by a link", async () => {
    const daemon = later(await testDaemon());
    const folder = endpointFolder(daemon.env);
    const victim = join(daemon.env['XDG_RUNTIME_DIR'] ?? '', 'victim');
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(victim, 'precious');
    symlinkSync(victim, join(folder, 'daemon.log'));
    const window = await open(daemon);
    await window.until(
      () => window.log.some((line) => /can't write its log: .*daemon\.log/.test(line)),
      'the log reports it',
    );
    assert.equal(readFileSync(victim, 'utf8'), 'precious');
  });
});
