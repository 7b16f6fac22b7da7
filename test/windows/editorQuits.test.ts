// The daemon exits with the editor, whose updater would wait for it; but not while a window reloads.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { DaemonClient } from '../../src/tunnels/daemon/client/client';
import type { DaemonEvents } from '../../src/tunnels/daemon/client/client';
import { isRunning } from '../../src/tunnels/daemon/server/idleExit';
import { eventually } from '../support/eventually';
import { tempDir } from '../support/tempDir';
import { daemonScript } from '../support/testWindow';

const unheard: DaemonEvents = {
  onReport: () => undefined,
  onStoppedByUser: () => undefined,
  onStartedByUser: () => undefined,
  onTakenOver: () => undefined,
  onLog: () => undefined,
  onQuestion: () => Promise.resolve(undefined),
  onClosed: () => undefined,
};

describe('the daemon', () => {
  it('exits when the editor has quit, and goes on while a window reloads', async () => {
    await using dir = await tempDir('q-');
    const env = { ...process.env, LOCALAPPDATA: dir.file('Local') };
    await mkdir(env.LOCALAPPDATA);
    const editor = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    await once(editor, 'spawn');
    assert.ok(editor.pid !== undefined);
    const hello = { windowId: 'a', editorPid: editor.pid };
    const connect = (): Promise<DaemonClient> =>
      DaemonClient.connect({ script: daemonScript, env }, hello, unheard);
    const first = await connect();
    const pid = first.daemonPid;
    first.dispose();
    // Longer than it takes to notice that an editor has quit.
    await sleep(2500);
    const again = await connect();
    assert.equal(again.daemonPid, pid);
    again.dispose();
    editor.kill();
    await eventually('the daemon has exited', () => !isRunning(pid));
  });
});
