// When an idle daemon exits: on Windows with the editor, elsewhere after a grace period. (A test in test/slow waits for the
// grace period.)
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { IdleExit, isRunning } from '../../../../src/tunnels/daemon/server/idleExit';
import { WindowRegistry } from '../../../../src/tunnels/daemon/server/windowRegistry';
import type { WindowChannel, WindowLease } from '../../../../src/tunnels/daemon/server/leases';
import { eventually } from '../../../support/eventually';

describe('an idle daemon', () => {
  let windows: WindowRegistry;
  let exits: Record<'win32' | 'linux', string[]>;
  let idle: readonly IdleExit[];

  beforeEach(() => {
    const update = (): void => idle.forEach((each) => each.update());
    windows = new WindowRegistry({ onChange: update, onGone: () => undefined });
    exits = { win32: [], linux: [] };
    idle = (['win32', 'linux'] as const).map(
      (platform) =>
        new IdleExit({
          platform,
          wantNothing: () => windows.wantNothing,
          editorsHaveQuit: () => windows.editorsHaveQuit,
          exit: (reason) => exits[platform].push(reason),
        }),
    );
  });
  afterEach(() => {
    // A window that wants a tunnel ends the timers, and its return those of the windows.
    for (const windowId of ['a', 'b']) {
      connect(windowId);
      windows.get(windowId).leases.set('t', { want: true } as WindowLease);
    }
    idle.forEach((each) => each.update());
  });

  function connect(windowId: string, editorPid?: number): WindowChannel {
    const channel = {} as WindowChannel;
    windows.attach({ windowId, ...(editorPid === undefined ? {} : { editorPid }) }, channel);
    return channel;
  }

  async function editor(): Promise<{ pid: number; quit: () => Promise<void> }> {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    await once(child, 'spawn');
    const { pid } = child;
    assert.ok(pid !== undefined && isRunning(pid));
    return {
      pid,
      quit: async () => {
        child.kill();
        await once(child, 'close');
      },
    };
  }

  it('exits on Windows as soon as the editor has quit, and only there', async () => {
    const { pid, quit } = await editor();
    const channel = connect('a', pid);
    assert.equal(windows.editorsHaveQuit, false);
    windows.detach('a', channel);
    assert.equal(windows.editorsHaveQuit, false);
    await quit();
    await eventually('it exits', () => exits.win32.length > 0);
    assert.deepEqual(exits, { win32: ['the editor has quit'], linux: [] });
  });

  it('waits on Windows for a window that is connected, or whose editor runs or is not known', async () => {
    const [one, other] = await Promise.all([editor(), editor()]);
    const channels = { a: connect('a', one.pid), b: connect('b', other.pid) };
    windows.detach('a', channels.a);
    await one.quit();
    assert.equal(windows.editorsHaveQuit, false);
    windows.detach('b', channels.b);
    assert.equal(windows.editorsHaveQuit, false);
    await other.quit();
    assert.equal(windows.editorsHaveQuit, true);
    windows.detach('b', connect('b'));
    assert.equal(windows.editorsHaveQuit, false);
  });
});
