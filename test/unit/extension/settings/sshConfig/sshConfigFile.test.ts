// A Host block is added to the user's own ssh_config, and removed again, without another byte changed.
import assert from 'node:assert/strict';
import { chmod, chown, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';

import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  addHostBlock,
  readSshConfig,
  sshConfigPath,
  whyNotWritable,
} from '../../../../../src/extension/settings/sshConfig/sshConfigFile';
import { localUser } from '../../../../../src/tunnels/ssh/config/localUser';
import { tempDir } from '../../../../support/tempDir';
import type { TempDir } from '../../../../support/tempDir';

const block = 'Host a\n  HostName b\n';

describe('adding a Host block to ssh_config', () => {
  let dir: TempDir;
  beforeEach(async () => (dir = await tempDir()));
  afterEach(() => dir.remove());

  const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

  it('creates the file and its folder for the user alone, and removes the file on undo', async () => {
    const file = dir.file('.ssh/config');
    assert.equal(await readSshConfig(file), '');
    const { line, undo } = await addHostBlock(file, block);
    assert.equal(line, 1);
    assert.equal(await readFile(file, 'utf8'), block);
    assert.equal(await modeOf(file), 0o600);
    assert.equal(await modeOf(dir.file('.ssh')), 0o700);
    await undo();
    assert.deepEqual(await readdir(dir.file('.ssh')), []);
  });

  it('does not change the other bytes of the file or its mode', async () => {
    const before = Buffer.from([0x23, 0xff, 0xfe, 0x00, 0x0a, 0x0a]);
    const file = await dir.write('config', before, 0o640);
    const { line, undo } = await addHostBlock(file, block);
    assert.deepEqual(await readFile(file), Buffer.concat([before, Buffer.from(block)]));
    assert.equal(line, 3);
    assert.equal(await modeOf(file), 0o640);
    await undo();
    assert.deepEqual(await readFile(file), before);
    assert.equal(await modeOf(file), 0o640);
    assert.deepEqual(await readdir(dir.path), ['config'], 'nothing is left beside it');
  });

  it('writes to the target of a symbolic link, and leaves the link', async () => {
    const real = await dir.write('dotfiles/config', 'Compression yes', 0o600);
    await mkdir(dir.file('.ssh'));
    await symlink(real, dir.file('.ssh/config'));
    const { line } = await addHostBlock(dir.file('.ssh/config'), block);
    assert.equal(line, 3);
    assert.equal(await readFile(real, 'utf8'), `Compression yes\n\n${block}`);
    assert.ok((await lstat(dir.file('.ssh/config'))).isSymbolicLink());
  });

  it('changes nothing if the file is not the one for which the block was tried', async () => {
    const file = await dir.write('config', 'Host b\n');
    await assert.rejects(
      addHostBlock(file, block, 'Host c\n'),
      /has changed in the meantime\. Nothing was written/,
    );
    assert.equal(await readFile(file, 'utf8'), 'Host b\n');
  });

  it('refuses to undo when the file has changed since', async () => {
    const file = await dir.write('config', 'Host b\n');
    const { undo } = await addHostBlock(file, block);
    await writeFile(file, 'Host c\n');
    await assert.rejects(undo(), /has changed\. Remove the Host block manually\.$/);
    assert.equal(await readFile(file, 'utf8'), 'Host c\n');
  });

  it('fails with the system error when the path is a folder', async () => {
    await mkdir(dir.file('config'));
    await assert.rejects(addHostBlock(dir.file('config'), block), { code: 'EISDIR' });
  });
});

describe('whether a Host block can be written', () => {
  let dir: TempDir;
  beforeEach(async () => (dir = await tempDir()));
  afterEach(() => dir.remove());

  it('is so for a file, a link to one, and a file or folder that is made', async () => {
    const file = await dir.write('dotfiles/config', '', 0o600);
    await symlink(file, dir.file('link'));
    for (const path of [file, dir.file('link'), dir.file('new'), dir.file('.ssh/config')]) {
      assert.equal(await whyNotWritable(path), undefined, path);
    }
  });

  it('is not so for a file that its owner has made read-only', async () => {
    const file = await dir.write('con fig', '', 0o400);
    assert.match((await whyNotWritable(file)) ?? '', /con fig is read-only\. Make it writable, or add/);
  });

  it('is not so for a file that others can write to', async () => {
    const file = await dir.write('con fig', '', 0o664);
    await chmod(file, 0o664);
    assert.equal(
      await whyNotWritable(file),
      `Other users can write to ${file}, so ssh refuses to read it. Run "chmod go-w '${file}'" in a terminal first.`,
    );
  });

  it('is not so for a folder, and a path through a file', async () => {
    assert.match((await whyNotWritable(dir.path)) ?? '', /is a folder, not a file\. Move it away\.$/);
    const file = await dir.write('file', '');
    assert.match(
      (await whyNotWritable(join(file, 'config'))) ?? '',
      process.platform === 'win32'
        ? /you can't create files in .*file\. Change the permissions/
        : /can't be opened: ENOTDIR.*Correct its path/,
    );
  });

  it('is not so for a dangling link', async () => {
    await symlink(dir.file('gone'), dir.file('link'));
    assert.match((await whyNotWritable(dir.file('link'))) ?? '', /is a link whose target doesn't exist\./);
  });

  it('is not so for a file of another user', async function () {
    if (process.getuid?.() !== 0) {
      this.skip();
    }
    const file = await dir.write('config', '', 0o600);
    await chown(file, 65534, 65534);
    assert.match((await whyNotWritable(file)) ?? '', /belongs to another user\. Run "sudo chown /);
  });
});

describe('the path of the ssh_config', () => {
  it('is that of the setting, ~/.ssh/config without one, and none for "none"', () => {
    assert.equal(sshConfigPath(undefined), join(localUser().home, '.ssh', 'config'));
    assert.equal(sshConfigPath('/etc/x'), '/etc/x');
    assert.equal(sshConfigPath('~/x'), join(localUser().home, 'x'));
    assert.throws(() => sshConfigPath('none'), /so there is no file for a Host block\.$/);
  });
});
