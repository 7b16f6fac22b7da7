// A file of known host keys that exists but can't be read: the host isn't taken for a new one. ssh goes on as if the file
// were empty, so here we are stricter.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { messageOf } from '../support/errorWords';
import { logIn } from '../support/login';
import type { LoginResult } from '../support/login';
import { makeKeyPair } from '../support/keyPair';
import { ssh } from '../support/openssh';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';

describe('a file of known host keys that cannot be read', () => {
  let sshd: Sshd;
  let dir: TempDir;
  before(async () => {
    sshd = await startSshd();
  });
  after(() => sshd.stop());
  beforeEach(async () => {
    dir = await tempDir('kh-');
  });
  afterEach(() => dir.remove());

  const kinds: Readonly<Record<string, (file: string) => Promise<unknown>>> = {
    'a folder': (file) => mkdir(dir.file(file)),
    'a pipe': (file) => Promise.resolve(execFileSync('mkfifo', [dir.file(file)])),
    'a link to itself': (file) => symlink(file, dir.file(file)),
    'a binary file': (file) => dir.write(file, '\0\0'),
  };

  async function logInWith(
    user: readonly string[],
    global: readonly string[],
    strictHostKeyChecking: 'accept-new' | 'no' | 'ask' | 'yes' = 'accept-new',
  ): Promise<LoginResult> {
    return await logIn(sshd, {
      answer: () => 'yes',
      host: {
        userKnownHostsFiles: user.map((file) => dir.file(file)),
        globalKnownHostsFiles: global.map((file) => dir.file(file)),
        strictHostKeyChecking,
      },
    });
  }

  function isRefusedFor(file: string, { failure, questions, log }: LoginResult): void {
    assert.ok(failure?.error.code === 'HostKeyUnknown', log);
    assert.ok(messageOf(failure.error).includes(dir.file(file)), messageOf(failure.error));
    assert.match(messageOf(failure.error), /so the host key can't be verified/);
    assert.deepEqual(questions, []);
  }

  const right = async (): Promise<string> => await readFile(sshd.knownHosts, 'utf8');
  const wrong = async (): Promise<string> =>
    `[127.0.0.1]:${sshd.port} ${(await makeKeyPair(dir, 'other', 'ed25519')).line}\n`;

  for (const [kind, make] of Object.entries(kinds)) {
    for (const strictness of ['accept-new', 'no', 'ask', 'yes'] as const) {
      it(`makes no unknown key acceptable with StrictHostKeyChecking ${strictness}, as the user's: ${kind}`, async () => {
        await make('known_hosts');
        isRefusedFor('known_hosts', await logInWith(['known_hosts'], [], strictness));
      });
    }

    it(`makes no unknown key acceptable as the system's or the second one of the user: ${kind}`, async () => {
      await make('bad');
      await dir.write('empty', '');
      isRefusedFor('bad', await logInWith(['empty'], ['bad']));
      isRefusedFor('bad', await logInWith(['empty', 'bad'], []));
      assert.equal(await readFile(dir.file('empty'), 'utf8'), '');
    });

    it(`does not matter when another file has the right key: ${kind}`, async () => {
      await make('bad');
      await dir.write('good', await right());
      for (const [user, global] of [
        [['bad'], ['good']],
        [['good'], ['bad']],
      ] as const) {
        const { outcome, log } = await logInWith(user, global, 'yes');
        assert.equal(outcome, 'up', log);
        assert.ok(log.includes(`${dir.file('bad')} `), log);
      }
    });

    it(`does not hide a changed key: ${kind}`, async () => {
      await make('bad');
      await dir.write('other_key', await wrong());
      assert.equal((await logInWith(['bad'], ['other_key'])).outcome, 'HostKeyChanged');
    });

    it(`refuses every host as RevokedHostKeys: ${kind}`, async () => {
      await make('revoked');
      const { outcome } = await logIn(sshd, { host: { revokedHostKeysFiles: [dir.file('revoked')] } });
      assert.equal(outcome, 'HostKeyUnknown');
    });
  }

  it('is a folder or binary to ssh, which accepts a new key', async () => {
    for (const kind of ['a folder', 'a binary file']) {
      await kinds[kind]?.(kind);
      const options = [
        '-o',
        `GlobalKnownHostsFile="${dir.file(kind)}"`,
        '-o',
        'StrictHostKeyChecking=accept-new',
      ];
      const { code } = await ssh([
        ...['-F', sshd.configFile, '-o', `UserKnownHostsFile=${dir.file(`new${kind.length}`)}`],
        ...options,
        ...['test-sshd', 'exit 7'],
      ]);
      assert.equal(code, 7, kind);
    }
  });

  it('does not matter when it does not exist: a new key is saved', async () => {
    const { outcome } = await logInWith(['new'], ['none', 'none/below']);
    assert.equal(outcome, 'up');
    assert.equal(await readFile(dir.file('new'), 'utf8'), await right());
  });
});
