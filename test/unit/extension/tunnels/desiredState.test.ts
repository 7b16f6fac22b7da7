// The desired state of a window: which tunnels it leases and wants, after starts, stops and a reload, and beside other
// windows.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Settings } from '../../../../src/extension/settings/readSettings';
import type { UsableTunnel } from '../../../../src/extension/settings/configuredTunnel';
import { Memory } from '../../../../src/extension/tunnels/workspaceStorage';
import { Wishes } from '../../../../src/extension/tunnels/desiredState';
import { parseTunnel } from '../../../../src/tunnels/config/parseTunnel';
import { step } from '../../../support/step';
import { memento } from '../fakeMemento';

function tunnel(origin: 'user' | 'sshConfig', forward: string): UsableTunnel {
  const parsed = parseTunnel('db', { host: 'db', localForward: forward, autoStart: origin === 'user' });
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

function settings(...tunnels: readonly UsableTunnel[]): Settings {
  return {
    tunnels,
    autoStart: 'on',
    statusBar: 'summary',
    showSshConfigHosts: true,
    terminalEnvironment: true,
    connection: { reconnectMaxDelay: 30 },
  };
}

function wishesFor(trusted: boolean, ...tunnels: readonly UsableTunnel[]): Wishes {
  const memory = new Memory({ workspaceState: memento(), globalState: memento() });
  return new Wishes(settings(...tunnels), memory, () => ({ trusted, remote: false }));
}

describe('the desired state of a window', () => {
  const user = tunnel('user', '1:x:2');
  const host = tunnel('sshConfig', '3:x:4');

  it('neither starts nor leases a host of ssh_config automatically', () => {
    const wishes = wishesFor(true, user, host);
    assert.deepEqual(
      [user, host].map((each) => wishes.isWanted(each)),
      [true, false],
    );
    assert.deepEqual(
      [user, host].map((each) => wishes.isLeased(each)),
      [true, false],
    );
  });
  it('permits a host of ssh_config in an untrusted workspace', () => {
    const wishes = wishesFor(false, host);
    assert.deepEqual(wishes.permission(host), { granted: true });
  });
  it('leases a host of ssh_config from its start, also while stopped, until it leaves the file', async () => {
    const wishes = wishesFor(true, host);
    await step('it is started', async () => {
      wishes.engage(host.id);
      await wishes.start(host.id);
      assert.deepEqual([wishes.isWanted(host), wishes.isLeased(host)], [true, true]);
    });
    await step('it is stopped', async () => {
      await wishes.stop(host.id);
      assert.deepEqual([wishes.isWanted(host), wishes.isLeased(host)], [false, true]);
    });
    await step('it leaves the file and comes back', () => {
      wishes.change(settings());
      wishes.change(settings(host));
      assert.equal(wishes.isLeased(host), false);
    });
  });
  it('needs consent once for all workspaces to a host of ssh_config that listens on the network', async () => {
    const wide = tunnel('sshConfig', '*:3:x:4');
    assert.equal(wishesFor(true, wide).permission(wide).granted, false);
    const globalState = memento();
    const consent = { subject: 'subject', hash: 'hash', lines: [] };
    await new Memory({ workspaceState: memento(), globalState }).setConsent(wide.id, consent);
    assert.deepEqual(new Memory({ workspaceState: memento(), globalState }).consent(wide.id), consent);
  });

  describe('beside other windows', () => {
    it('wants a tunnel that another window starts, also if it was stopped here', async () => {
      const wishes = wishesFor(true, host, user);
      await wishes.stop(user.id);
      for (const each of [host, user]) {
        assert.equal(wishes.share(each.id, false), true);
        assert.equal(wishes.isWanted(each), true);
        assert.equal(wishes.isLeased(each), true);
      }
    });
    it('wants a tunnel that another window has up already, unless it was stopped here', async () => {
      const wishes = wishesFor(true, host, user);
      await wishes.stop(user.id);
      assert.deepEqual([wishes.share(host.id, true), wishes.share(user.id, true)], [true, false]);
      assert.deepEqual([wishes.isWanted(host), wishes.isWanted(user)], [true, false]);
    });
    it('does not want a tunnel that a newer version has taken over, until the window is reloaded', () => {
      const memory = new Memory({ workspaceState: memento(), globalState: memento() });
      const window = (): Wishes =>
        new Wishes(settings(user), memory, () => ({ trusted: true, remote: false }));
      const wishes = window();
      wishes.handOver(user.id);
      assert.equal(wishes.isWanted(user), false);
      assert.equal(window().isWanted(user), true);
    });
  });

  describe('after a reload', () => {
    async function reloaded(): Promise<Wishes> {
      const memory = new Memory({ workspaceState: memento(), globalState: memento() });
      const place = (): { trusted: boolean; remote: boolean } => ({ trusted: true, remote: false });
      await new Wishes(settings(host), memory, place).start(host.id);
      return new Wishes(settings(host), memory, place);
    }

    it('leases a tunnel that was started by hand, without starting it', async () => {
      const wishes = await reloaded();
      assert.deepEqual([wishes.isLeased(host), wishes.isWanted(host)], [true, false]);
    });
    it('wants a tunnel that is still up', async () => {
      const wishes = await reloaded();
      assert.equal(wishes.resume(host.id, true), true);
      assert.deepEqual([wishes.isLeased(host), wishes.isWanted(host)], [true, true]);
      assert.equal(wishes.resume(host.id, true), false, 'a second resume changes nothing');
    });
    it('does not want a tunnel that is no longer up', async () => {
      const wishes = await reloaded();
      wishes.resumeNothing();
      assert.deepEqual([wishes.resume(host.id, true), wishes.isWanted(host)], [false, false]);
    });
    it('does not want a tunnel that is stopped before the daemon has answered', async () => {
      const wishes = await reloaded();
      await wishes.stop(host.id);
      assert.equal(wishes.resume(host.id, true), false);
    });
  });
});
