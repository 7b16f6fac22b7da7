// Checks that these tests run with an ordinary user's rights: otherwise the others of this folder would pass without
// testing anything.
import assert from 'node:assert/strict';
import { access, constants, readdir, stat, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { checkoutFolder, needsTemporaryUser, rootsOwn } from './ranByRoot';

describe('the tests as an ordinary user', () => {
  it('do not run as root', () => {
    assert.notEqual(process.getuid?.(), 0);
    assert.ok(!process.getgroups?.().includes(0));
  });

  describe('with a temporary user', () => {
    needsTemporaryUser();

    it('have the home from the password database, and no variable of the user who started them', async () => {
      const { homedir: home, uid } = userInfo();
      assert.equal(homedir(), home);
      assert.equal((await stat(home)).uid, uid);
      assert.deepEqual(
        Object.keys(process.env).filter((name) =>
          /^(npm_|SSH|XDG_|DISPLAY|XAUTHORITY|NODE_|TMPDIR)/.test(name),
        ),
        [],
      );
    });

    it('can write neither into the checkout nor beside their own program', async () => {
      for (const folder of [checkoutFolder ?? '', join(checkoutFolder ?? '', 'test'), process.cwd()]) {
        await assert.rejects(access(folder, constants.W_OK), folder);
        await assert.rejects(writeFile(join(folder, 'written'), ''), folder);
      }
    });

    it('can neither read nor change root’s private files', async () => {
      await assert.rejects(readdir('/proc/1/fd'), { code: 'EACCES' });
      await assert.rejects(writeFile(rootsOwn('key'), ''), { code: 'EACCES' });
    });
  });
});
