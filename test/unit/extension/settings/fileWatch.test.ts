// Files outside of the workspace, watched as people and editors change them.
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FileWatch } from '../../../../src/extension/settings/fileWatch';
import { eventually } from '../../../support/eventually';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

/** Milliseconds. */
const quiet = 40;

describe('the file watcher', () => {
  let dir: TempDir;
  let changes: number;
  let watch: FileWatch;
  const reported = async (times: number): Promise<void> => {
    await eventually(`${times} changes are reported`, () => changes >= times);
    assert.equal(changes, times);
  };
  /** Synchronous, so that the events of one save arrive together and are reported once. */
  const save = (name: string, text: string): void => writeFileSync(dir.file(name), text);

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
    save('known_hosts', 'x');
    // Nothing happens that could be waited for.
    await sleep(3 * quiet);
    assert.equal(changes, 0);
    save('config', '');
    save('config', 'b');
    await reported(1);
    save('new', 'c');
    renameSync(dir.file('new'), dir.file('config'));
    await reported(2);
  });
  it('reports a watched file that is created, and any change in a watched folder', async () => {
    await dir.write('d/a.conf', 'a');
    await watch.set({ files: [dir.file('later')], folders: [`${dir.file('d')}/`, dir.file('nowhere')] });
    save('later', 'a');
    await reported(1);
    save('d/b.conf', 'b');
    await reported(2);
  });
  it('reports a change in a folder that was created later, once its files are set again', async () => {
    const watched = { files: [dir.file('.ssh/config')], folders: [] };
    await watch.set(watched);
    await dir.write('.ssh/config', 'a');
    await watch.set(watched);
    save('.ssh/config', 'b');
    await reported(1);
  });
  it('reports a change of the file that a symbolic link points to', async () => {
    await dir.write('dotfiles/ssh', 'a');
    await symlink(dir.file('dotfiles/ssh'), dir.file('config'));
    await watch.set({ files: [dir.file('config')], folders: [] });
    save('dotfiles/ssh', 'b');
    await reported(1);
  });
  it('reports nothing after it is disposed of', async () => {
    await dir.write('config', 'a');
    await watch.set({ files: [dir.file('config')], folders: [] });
    save('config', 'b');
    watch.dispose();
    await watch.set({ files: [dir.file('other')], folders: [] });
    await dir.write('other', 'c');
    watch.reportSoon();
    await sleep(3 * quiet);
    assert.equal(changes, 0);
  });
});
