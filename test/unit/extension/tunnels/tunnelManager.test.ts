// The desired state of a tunnel with X11 programs: without forwards it is up only while a program runs.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'mocha';
import type { Settings } from '../../../../src/extension/settings/readSettings';
import type { ValidTunnel } from '../../../../src/extension/settings/configuredTunnel';
import type { DaemonConnection } from '../../../../src/extension/tunnels/daemonConnection';
import type { TunnelManager } from '../../../../src/extension/tunnels/tunnelManager';
import { WorkspaceStorage } from '../../../../src/extension/tunnels/workspaceStorage';
import { DesiredState } from '../../../../src/extension/tunnels/desiredState';
import type { Lease } from '../../../../src/tunnels/daemon/protocol/protocol';
import { forwardKey } from '../../../../src/tunnels/config/forward';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import type { TunnelState } from '../../../../src/tunnels/model/state';
import { withFakeVscode } from '../../../support/fakeVscode';
import { step } from '../../../support/step';
import { program, running } from '../../views/snapshots';
import { memento } from '../fakeMemento';

function tunnel(name: string, keys: object): ValidTunnel {
  const parsed = parseTunnel(name, { host: 'laptop', ...keys }, 'user');
  assert.ok('entry' in parsed);
  const { entry } = parsed;
  return { id: `user:${name}`, name, origin: 'user', entry, problems: [], folderUri: undefined };
}

describe('a tunnel with X11 programs', () => {
  const clock = tunnel('clock', { x11Programs: { Clock: 'xclock' }, autoStart: 'onConnect' });
  const ports = tunnel('ports', {
    localForward: '1:a:1',
    x11Programs: { Clock: 'xclock' },
    autoStart: false,
  });
  let Manager: typeof TunnelManager;
  let manager: TunnelManager;
  let workspaceStorage: WorkspaceStorage;
  let leases: Lease[];
  let asked: string[];

  before(async () => {
    ({ TunnelManager: Manager } = await withFakeVscode(
      () => import('../../../../src/extension/tunnels/tunnelManager'),
    ));
  });
  beforeEach(() => {
    leases = [];
    asked = [];
    workspaceStorage = new WorkspaceStorage({ workspaceState: memento(), globalState: memento() });
    const settings: Settings = {
      tunnels: [clock, ports],
      autoStart: 'on',
      statusBar: 'summary',
      showSshConfigHosts: true,
      projectFolders: [],
      terminalEnvironment: true,
      connection: { reconnectMaxDelay: 30 },
    };
    const client = {
      setLease: (lease: Lease) => Promise.resolve(leases.push(lease)),
      runProgram: (id: string) => Promise.resolve(asked.push(`run ${id}`)),
    };
    const daemonConnection = {
      client: () => Promise.resolve(client),
      running: () => Promise.resolve(client),
      connected: client,
      bringBack: () => undefined,
    } as unknown as DaemonConnection;
    manager = new Manager({
      daemonConnection,
      workspaceStorage,
      desiredState: new DesiredState(settings, workspaceStorage, () => ({ trusted: true, remote: false })),
      ports: { unprivilegedFrom: 1024, handedOut: { from: 32768, to: 60999 } },
      log: () => undefined,
    });
  });

  const run = async (of: ValidTunnel): Promise<void> => {
    await manager.runProgram(of.id, { name: 'Clock', command: 'xclock', trusted: false });
  };
  const report = (of: ValidTunnel, state: TunnelState): void => {
    const keys = of.entry.definition.forwards.map(forwardKey);
    const forwards = Object.fromEntries(keys.map((key) => [key, { status: 'closed' } as const]));
    manager.handleReports([{ id: of.id, state, forwards, programs: [program(running())] }]);
  };
  const up = { status: 'up', since: 0 } as const;
  const isWanted = (of: ValidTunnel): boolean => manager.desiredState.isWanted(of);

  it('without forwards does not start automatically, nor on demand', async () => {
    manager.refresh();
    await new Promise(setImmediate);
    const [leased] = leases.at(-1)?.tunnels ?? [];
    assert.deepEqual([leased?.id, leased?.want, leased?.onDemand], [clock.id, false, undefined]);
  });
  it('without forwards is wanted from the run of a program until the daemon has stopped it', async () => {
    await step('a program is run', async () => {
      await run(clock);
      assert.deepEqual(asked, ['run user:clock']);
    });
    await step('the daemon reports it stopped before it was up', () => {
      report(clock, { status: 'stopped' });
      assert.equal(isWanted(clock), true);
    });
    await step('the daemon reports it up', () => {
      report(clock, up);
      assert.equal(isWanted(clock), true);
    });
    await step('the daemon reports it stopped', () => {
      report(clock, { status: 'stopped' });
      assert.equal(isWanted(clock), false);
      assert.deepEqual(workspaceStorage.started, []);
      assert.equal(workspaceStorage.isStopped(clock.id), false);
    });
  });
  it('without forwards is not remembered as stopped when the daemon stops it after its last program', async () => {
    await run(clock);
    manager.handleStopped(clock.id);
    await new Promise(setImmediate);
    assert.equal(isWanted(clock), false);
    assert.equal(workspaceStorage.isStopped(clock.id), false);
    manager.handleStopped(ports.id);
    await new Promise(setImmediate);
    assert.equal(workspaceStorage.isStopped(ports.id), true);
  });
  it('without forwards is not started again when the daemon is lost, and its program has failed', async () => {
    await run(clock);
    report(clock, up);
    assert.equal(manager.handleDaemonLost(), false);
    // A second loss changes nothing.
    manager.handleDaemonLost();
    const [snapshot] = manager.tunnels;
    assert.equal(snapshot?.state.status, 'stopped');
    const [ended] = snapshot.programs;
    assert.ok(ended?.state.status === 'failed' && ended.state.isCutOff);
    assert.equal(ended.state.error.code, 'DaemonLost');
  });
  it('with forwards waits to be started again when the daemon is lost, and its program has failed', async () => {
    await run(ports);
    report(ports, up);
    assert.equal(manager.handleDaemonLost(), true);
    const snapshot = manager.tunnels[1];
    assert.equal(snapshot?.state.status, 'waiting');
    assert.equal(snapshot.programs[0]?.state.status, 'failed');
  });
});
