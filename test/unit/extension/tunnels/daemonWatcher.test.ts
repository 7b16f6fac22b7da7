// A window notices a daemon that another window starts, even if the daemon's folder did not exist before.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DaemonWatcher } from '../../../../src/extension/tunnels/daemonWatcher';
import { endpointFilePath } from '../../../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../../../src/tunnels/daemon/endpoint/endpointFolder';
import { eventually } from '../../../support/eventually';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

describe('the watch for a daemon of another window', () => {
  const before = process.env['XDG_RUNTIME_DIR'];
  let dir: TempDir;

  beforeEach(async () => {
    dir = await tempDir('watch-');
    process.env['XDG_RUNTIME_DIR'] = dir.path;
  });
  afterEach(async () => {
    if (before === undefined) {
      delete process.env['XDG_RUNTIME_DIR'];
    } else {
      process.env['XDG_RUNTIME_DIR'] = before;
    }
    await dir.remove();
  });

  it('creates no folder, and reports the first daemon and one that starts after the folder was removed', async () => {
    const folder = endpointFolder();
    const seen: boolean[] = [];
    const watch = new DaemonWatcher(() => seen.push(existsSync(endpointFilePath(folder))));
    await watch.start();
    assert.equal(existsSync(folder), false);
    for (let round = 0; round < 2; round++) {
      seen.length = 0;
      mkdirSync(folder);
      await eventually(`the folder is seen in round ${round}`, () => seen.length > 0);
      writeFileSync(endpointFilePath(folder), '{}');
      await eventually(`the daemon is reported in round ${round}`, () => seen.includes(true));
      seen.length = 0;
      rmSync(folder, { recursive: true });
      await eventually(`the clean-up is seen in round ${round}`, () => seen.length > 0);
    }
    watch.dispose();
  });
});
