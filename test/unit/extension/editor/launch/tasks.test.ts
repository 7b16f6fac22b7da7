// Which tunnels tasks are offered for, and how long the list of tasks waits for the hosts of ssh_config.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import type * as tasks from '../../../../../src/extension/editor/launch/tasks';
import type { TunnelSnapshot } from '../../../../../src/tunnels/model/snapshot';
import { withFakeVscode } from '../../../../support/fakeVscode';
import { broken, stopped, tunnel } from '../../../views/snapshots';

describe('the offered tasks', () => {
  let module: typeof tasks;
  let tunnels: TunnelSnapshot[];
  /** The tunnels that the offered tasks name. */
  const offered = async (whenLoaded: () => Promise<void>): Promise<readonly unknown[]> => {
    // No task is run.
    const parts = { whenLoaded, tunnels: () => tunnels } as unknown as tasks.TaskParts;
    const found = await new module.TunnelTasks(parts).provideTasks();
    return found.map(({ definition }) => definition['tunnel'] as unknown);
  };

  before(async () => {
    module = await withFakeVscode(() => import('../../../../../src/extension/editor/launch/tasks'));
  });
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    tunnels = [tunnel(stopped), broken];
  });
  afterEach(() => mock.timers.reset());

  it('name each valid tunnel, by its id where two have the same name', async () => {
    tunnels.push(tunnel(stopped, { name: 'db' }), tunnel(stopped, { name: 'db', origin: 'user' }));
    assert.deepEqual(await offered(() => Promise.resolve()), ['staging', 'workspace:db', 'user:db']);
  });
  it('include the hosts of ssh_config that are read within the time-out', async () => {
    let read = (): void => undefined;
    const found = offered(() => new Promise((resolve) => (read = resolve)));
    mock.timers.tick(module.listTimeoutMs - 1);
    tunnels.push(tunnel(stopped, { name: 'listed', origin: 'sshConfig' }));
    read();
    assert.deepEqual(await found, ['staging', 'listed']);
  });
  it('leave out the hosts of ssh_config when reading them takes longer than the time-out', async () => {
    const found = offered(() => new Promise(() => undefined));
    mock.timers.tick(module.listTimeoutMs);
    assert.deepEqual(await found, ['staging']);
  });
});
