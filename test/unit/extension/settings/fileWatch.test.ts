// Files outside of the workspace, watched as people and editors change them.
import assert from 'node:assert/strict';
import { rename, symlink, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FileWatch } from '../../../../src/extension/settings/fileWatch';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

/** Milliseconds. */
const quiet = 40;

describe('the file watcher', () => {
  let dir: TempDir;
  let changes: number;
  let watch: FileWatch;
  const told = async (atLeast: number): Promise<void> => {
    for (let i = 0; i < 100 && changes < atLeast; i++) {
      await sleep(20);
    }
    assert.equal(changes, atLeast);
  };

  beforeEach(async () => {
    dir = await tempDir('watch-');
    changes = 0;
    watch = new FileWatch(() => changes++, quiet);
  });
  afterEach(async () => {
    watch.dispose();
    await dir.remove();
  });

  it('reports each save once, in place or by rename, and no other file of the folder', async () => {
    await dir.write('config', 'a');
    await watch.set({ files: [dir.file('config')], folders: [] });
    await writeFile(dir.file('known_hosts'), 'x');
    await sleep(3 * quiet);
    assert.equal(changes, 0);
    await writeFile(dir.file('config'), '');
    await writeFile(dir.file('config'), 'b');
    await told(1);
    await writeFile(dir.file('new'), 'c');
    await rename(dir.file('new'), dir.file('config'));
    await told(2);
  });
  it('reports a watched file that is created, and any change in a watched folder', async () => {
    await dir.write('d/a.conf', 'a');
    await watch.set({ files: [dir.file('later')], folders: [`${dir.file('d')}/`, dir.file('nowhere')] });
    await dir.write('later', 'a');
    await told(1);
    await dir.write('d/b.conf', 'b');
    await told(2);
  });
  it('reports a change in a folder that was created later, once its files are set again', async () => {
    const watched = { files: [dir.file('.ssh/config')], folders: [] };
    await watch.set(watched);
    await dir.write('.ssh/config', 'a');
    await watch.set(watched);
    await dir.write('.ssh/config', 'b');
    await told(1);
  });
  it('reports a change of the file that a symbolic link points to', async () => {
    await dir.write('dotfiles/ssh', 'a');
    await symlink(dir.file('dotfiles/ssh'), dir.file('config'));
    await watch.set({ files: [dir.file('config')], folders: [] });
    await dir.write('dotfiles/ssh', 'b');
    await told(1);
  });
  it('reports nothing after it is disposed of', async () => {
    await dir.write('config', 'a');
    await watch.set({ files: [dir.file('config')], folders: [] });
    await dir.write('config', 'b');
    watch.dispose();
    await watch.set({ files: [dir.file('other')], folders: [] });
    await dir.write('other', 'c');
    watch.nudge();
    await sleep(3 * quiet);
    assert.equal(changes, 0);
  });
});
