// The desired state of a window: which tunnels it leases and wants, after starts, stops and a reload, and beside other
// windows.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Settings } from '../../../../src/extension/settings/readSettings';
import type { ValidTunnel } from '../../../../src/extension/settings/configuredTunnel';
import { WorkspaceStorage } from '../../../../src/extension/tunnels/workspaceStorage';
import { DesiredState } from '../../../../src/extension/tunnels/desiredState';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import { step } from '../../../support/step';
import { memento } from '../fakeMemento';

function tunnel(origin: 'user' | 'sshConfig', forward: string): ValidTunnel {
  const parsed = parseTunnel(
    'db',
    { host: 'db', localForward: forward, autoStart: origin === 'user' },
    'user',
  );
  assert.ok('entry' in parsed);
  return {
    id: `${origin}:db`,
    name: 'db',
    origin,
    entry: parsed.entry,
    problems: [],
    folderUri: undefined,
  };
}

function settings(...tunnels: readonly ValidTunnel[]): Settings {
  return {
    tunnels,
    autoStart: 'on',
    statusBar: 'summary',
    showSshConfigHosts: true,
    projectFolders: [],
    terminalEnvironment: true,
    connection: { reconnectMaxDelay: 30 },
  };
}

function desiredStateFor(trusted: boolean, ...tunnels: readonly ValidTunnel[]): DesiredState {
  const workspaceStorage = new WorkspaceStorage({ workspaceState: memento(), globalState: memento() });
  return new DesiredState(settings(...tunnels), workspaceStorage, () => ({ trusted, remote: false }));
}

describe('the desired state of a window', () => {
  const user = tunnel('user', '1:x:2');
  const host = tunnel('sshConfig', '3:x:4');

  it('neither starts nor leases a host of ssh_config automatically', () => {
    const desiredState = desiredStateFor(true, user, host);
    assert.deepEqual(
      [user, host].map((each) => desiredState.isWanted(each)),
      [true, false],
    );
    assert.deepEqual(
      [user, host].map((each) => desiredState.isLeased(each)),
      [true, false],
    );
  });
  it('permits a host of ssh_config in an untrusted workspace', () => {
    const desiredState = desiredStateFor(false, host);
    assert.deepEqual(desiredState.permission(host), { granted: true });
  });
  it('leases a host of ssh_config from its start, also while stopped, until it leaves the file', async () => {
    const desiredState = desiredStateFor(true, host);
    await step('it is started', async () => {
      desiredState.includeInLease(host.id);
      await desiredState.start(host.id);
      assert.deepEqual([desiredState.isWanted(host), desiredState.isLeased(host)], [true, true]);
    });
    await step('it is stopped', async () => {
      await desiredState.stop(host.id);
      assert.deepEqual([desiredState.isWanted(host), desiredState.isLeased(host)], [false, true]);
    });
    await step('it leaves the file and comes back', () => {
      desiredState.change(settings());
      desiredState.change(settings(host));
      assert.equal(desiredState.isLeased(host), false);
    });
  });
  it('needs consent once for all workspaces to a host of ssh_config that listens on the network', async () => {
    const wide = tunnel('sshConfig', '*:3:x:4');
    assert.equal(desiredStateFor(true, wide).permission(wide).granted, false);
    const globalState = memento();
    const consent = { subject: 'subject', hash: 'hash', lines: [] };
    await new WorkspaceStorage({ workspaceState: memento(), globalState }).setConsent(wide.id, consent);
    assert.deepEqual(
      new WorkspaceStorage({ workspaceState: memento(), globalState }).consent(wide.id),
      consent,
    );
  });

  describe('beside other windows', () => {
    it('wants a tunnel that another window starts, also if it was stopped here', async () => {
      const desiredState = desiredStateFor(true, host, user);
      await desiredState.stop(user.id);
      for (const each of [host, user]) {
        assert.equal(desiredState.share(each.id, false), true);
        assert.equal(desiredState.isWanted(each), true);
        assert.equal(desiredState.isLeased(each), true);
      }
    });
    it('wants a tunnel that another window has up already, unless it was stopped here', async () => {
      const desiredState = desiredStateFor(true, host, user);
      await desiredState.stop(user.id);
      assert.deepEqual([desiredState.share(host.id, true), desiredState.share(user.id, true)], [true, false]);
      assert.deepEqual([desiredState.isWanted(host), desiredState.isWanted(user)], [true, false]);
    });
    it('does not want a tunnel that a newer version has taken over, until the window is reloaded', () => {
      const workspaceStorage = new WorkspaceStorage({ workspaceState: memento(), globalState: memento() });
      const window = (): DesiredState =>
        new DesiredState(settings(user), workspaceStorage, () => ({ trusted: true, remote: false }));
      const desiredState = window();
      desiredState.markTakenOver(user.id);
      assert.equal(desiredState.isWanted(user), false);
      assert.equal(window().isWanted(user), true);
    });
  });

  describe('after a reload', () => {
    async function reloaded(): Promise<DesiredState> {
      const workspaceStorage = new WorkspaceStorage({ workspaceState: memento(), globalState: memento() });
      const place = (): { trusted: boolean; remote: boolean } => ({ trusted: true, remote: false });
      await new DesiredState(settings(host), workspaceStorage, place).start(host.id);
      return new DesiredState(settings(host), workspaceStorage, place);
    }

    it('leases a tunnel that was started by hand, without starting it', async () => {
      const desiredState = await reloaded();
      assert.deepEqual([desiredState.isLeased(host), desiredState.isWanted(host)], [true, false]);
    });
    it('wants a tunnel that is still up', async () => {
      const desiredState = await reloaded();
      assert.equal(desiredState.resume(host.id, true), true);
      assert.deepEqual([desiredState.isLeased(host), desiredState.isWanted(host)], [true, true]);
      assert.equal(desiredState.resume(host.id, true), false, 'a second resume changes nothing');
    });
    it('does not want a tunnel that is no longer up', async () => {
      const desiredState = await reloaded();
      desiredState.discardResumable();
      assert.deepEqual([desiredState.resume(host.id, true), desiredState.isWanted(host)], [false, false]);
    });
    it('does not want a tunnel that is stopped before the daemon has answered', async () => {
      const desiredState = await reloaded();
      await desiredState.stop(host.id);
      assert.equal(desiredState.resume(host.id, true), false);
    });
  });
});
