// Files that a pasted command names relative to a folder that nobody knows here.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { withFullPath } from '../../../../../src/extension/settings/sshConfig/typedPaths';
import { tempDir } from '../../../../support/tempDir';
import type { TempDir } from '../../../../support/tempDir';

describe('a file of a pasted option', () => {
  let home: TempDir;
  before(async () => {
    home = await tempDir();
    await home.write('Downloads/my key.pem', '');
    await home.write('.ssh/id', '');
  });
  after(() => home.remove());

  const option = (value: string) => ({ keyword: 'IdentityFile', value });
  for (const value of ['~/x', '/x', 'C:\\\\x', '%d/x', '"${HOME}/x"', 'none']) {
    it(`stays as it is when its path is complete: ${value}`, async () =>
      assert.deepEqual(await withFullPath(option(value), home.path), { option: option(value) }));
  }
  it('gets the path where keys usually are', async () => {
    const found = { option: option(`"${home.file('Downloads/my key.pem')}"`) };
    assert.deepEqual(await withFullPath(option('"my key.pem"'), home.path), found);
    assert.deepEqual(await withFullPath(option('id'), home.path), { option: option(home.file('.ssh/id')) });
  });
  it('begins with ~ for the variable of cmd.exe', async () =>
    assert.deepEqual(await withFullPath(option('"%USERPROFILE%\\\\.ssh\\\\id"'), home.path), {
      option: option('~\\.ssh\\id'),
    }));
  it('is named when it is nowhere there', async () => {
    const result = await withFullPath(option('keys/aws.pem'), home.path);
    assert.ok('problem' in result);
    assert.match(
      result.problem,
      /^"keys\/aws\.pem" is relative to the folder in which the command was typed,/,
    );
  });
  it('is only looked for in keywords that name files', async () => {
    const other = { keyword: 'Ciphers', value: 'id' };
    assert.deepEqual(await withFullPath(other, home.path), { option: other });
  });
});
