// A consent is for what the user was shown, not for what the settings or the alias came to mean later.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Settings } from '../../../../src/extension/settings/readSettings';
import type { ValidTunnel } from '../../../../src/extension/settings/configuredTunnel';
import { Consents } from '../../../../src/extension/consent/consents';
import type { DaemonConnection } from '../../../../src/extension/tunnels/daemonConnection';
import { WorkspaceStorage } from '../../../../src/extension/tunnels/workspaceStorage';
import { DesiredState } from '../../../../src/extension/tunnels/desiredState';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import { memento } from '../fakeMemento';

function tunnel(localForward: string): ValidTunnel {
  const parsed = parseTunnel('db', { host: 'db', localForward }, 'user');
  assert.ok('entry' in parsed);
  return {
    id: 'workspace:db',
    name: 'db',
    origin: 'workspace',
    entry: parsed.entry,
    problems: [],
    folderUri: undefined,
  };
}

function settings(...tunnels: readonly ValidTunnel[]): Settings {
  return {
    tunnels,
    autoStart: 'ask',
    statusBar: 'summary',
    showSshConfigHosts: true,
    projectFolders: [],
    terminalEnvironment: true,
    connection: { reconnectMaxDelay: 30 },
  };
}

describe('consent', () => {
  const shown = tunnel('5432:db:5432');
  const changed = tunnel('5432:evil:5432');

  /** @param hostName what the alias means on this machine */
  function setUp(hostName: () => string): { consents: Consents; desiredState: DesiredState } {
    const workspaceStorage = new WorkspaceStorage({ workspaceState: memento(), globalState: memento() });
    const desiredState = new DesiredState(settings(shown), workspaceStorage, () => ({
      trusted: true,
      remote: false,
    }));
    const resolve = (): Promise<object> =>
      Promise.resolve({ hops: [{ hostName: hostName(), user: 'me', port: 22 }], hash: hostName() });
    // A fake: what the daemon resolves is tested with a real one.
    const daemonConnection = { client: () => Promise.resolve({ resolve }) } as unknown as DaemonConnection;
    return { consents: new Consents(daemonConnection, workspaceStorage, desiredState), desiredState };
  }

  it('includes where the socket paths of a project led', async () => {
    let real = '/shop/run/a';
    const asked: unknown[] = [];
    const workspaceStorage = new WorkspaceStorage({ workspaceState: memento(), globalState: memento() });
    const desiredState = new DesiredState(settings(shown), workspaceStorage, () => ({
      trusted: true,
      remote: false,
    }));
    const client = {
      resolve: (params: object) => {
        asked.push('project' in params ? params.project : undefined);
        return Promise.resolve({
          hops: [],
          hash: real,
          socketLinks: [{ path: '/shop/a', real, leavesProject: false }],
        });
      },
    };
    // A fake, as in setUp().
    const daemonConnection = { client: () => Promise.resolve(client) } as unknown as DaemonConnection;
    const consents = new Consents(daemonConnection, workspaceStorage, desiredState);
    const withSocket = tunnel('/shop/a:db:1');
    await consents.allow(await consents.resolve(withSocket));
    assert.deepEqual(workspaceStorage.consent(shown.id)?.socketLinks, [{ path: '/shop/a', real }]);
    real = '/run/docker.sock';
    const { facts } = await consents.resolve(withSocket);
    assert.equal(consents.isAllowed(withSocket, facts), false);
    const { before, lines } = consents.sheet(withSocket, facts);
    assert.equal(before?.[1], '/shop/a → db:1; /shop/a leads to /shop/run/a');
    assert.equal(lines[1]?.text, '/shop/a → db:1; /shop/a leads to /run/docker.sock');
    await consents.resolve({ ...shown, origin: 'user' });
    assert.deepEqual(asked, [{ folders: [], allowed: [] }, { folders: [], allowed: [] }, undefined]);
  });

  it('is given to the definition that was shown, even if the settings changed before the answer', async () => {
    const { consents, desiredState } = setUp(() => 'db.example.org');
    const asked = await consents.resolve(shown);
    desiredState.change(settings(changed));
    await consents.allow(asked);
    assert.equal(desiredState.permission(changed).granted, false);
    assert.deepEqual(
      consents.sheet(changed, asked.facts).before,
      consents.sheet(shown, asked.facts).lines.map(({ text }) => text),
    );
    desiredState.change(settings(shown));
    assert.deepEqual(desiredState.permission(shown), { granted: true, consent: 'db.example.org' });
  });

  it('does not cover an alias that resolves to another host than the one shown', async () => {
    let now = 'db.example.org';
    const { consents, desiredState } = setUp(() => now);
    await consents.allow(await consents.resolve(shown));
    now = 'evil.example.org';
    const { facts } = await consents.resolve(shown);
    assert.equal(consents.isAllowed(shown, facts), false);
    assert.deepEqual(desiredState.permission(shown), { granted: true, consent: 'db.example.org' });
  });

  it('is carried over to a definition changed by our own commands, unless the alias resolves to another host', async () => {
    let now = 'db.example.org';
    const { consents } = setUp(() => now);
    const moved = tunnel('5433:db:5432');
    await consents.carryOver(shown, moved);
    assert.equal(consents.isAllowed(moved), false, 'what was not allowed is not carried');
    await consents.allow(await consents.resolve(shown));
    now = 'evil.example.org';
    await consents.carryOver(shown, moved);
    assert.equal(consents.isAllowed(moved), false, 'the alias means something else');
    now = 'db.example.org';
    await consents.carryOver(shown, moved);
    assert.equal(consents.isAllowed(moved), true);
  });

  it('is carried over to another host that the user has typed, and to another name', async () => {
    let now = 'db.example.org';
    const { consents } = setUp(() => now);
    const renamed = { ...shown, id: 'workspace:database', name: 'database' };
    await consents.carryOver(shown, renamed, { isHostTyped: true });
    assert.equal(consents.isAllowed(renamed), false, 'what was not allowed is not carried');
    await consents.allow(await consents.resolve(shown));
    await consents.carryOver(shown, renamed);
    assert.equal(consents.isAllowed(renamed), true);
    now = 'evil.example.org';
    const typed = tunnel('5433:db:5432');
    await consents.carryOver(shown, typed, { isHostTyped: true });
    assert.equal(
      consents.isAllowed(typed),
      false,
      'the alias meant something else already before the change',
    );
  });

  it('no longer permits the tunnel after it is revoked', async () => {
    const { consents, desiredState } = setUp(() => 'db.example.org');
    await consents.allow(await consents.resolve(shown));
    await consents.revoke(shown);
    assert.equal(desiredState.permission(shown).granted, false);
  });
});
