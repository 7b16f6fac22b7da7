// A lease says which tunnels come from a project, and where the user allowed their socket paths to lead.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ValidTunnel } from '../../../../src/extension/settings/configuredTunnel';
import type { Settings } from '../../../../src/extension/settings/readSettings';
import type { DaemonConnection } from '../../../../src/extension/tunnels/daemonConnection';
import { DesiredState } from '../../../../src/extension/tunnels/desiredState';
import { LeaseSync } from '../../../../src/extension/tunnels/leaseSync';
import { subjectOf } from '../../../../src/extension/tunnels/startPolicy';
import { WorkspaceStorage } from '../../../../src/extension/tunnels/workspaceStorage';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import type { Lease, ProjectSockets } from '../../../../src/tunnels/daemon/protocol/protocol';
import { memento } from '../fakeMemento';

function tunnel(origin: ValidTunnel['origin']): ValidTunnel {
  const parsed = parseTunnel('t', { host: 'h', remoteForward: '9000:/shop/dev.sock' }, 'user');
  assert.ok('entry' in parsed);
  return { id: `${origin}:t`, name: 't', origin, entry: parsed.entry, problems: [], folderUri: undefined };
}

describe('the lease of a tunnel with a socket', () => {
  const socketLinks = [{ path: '/shop/dev.sock', real: '/shop/run/dev.sock' }];

  async function projectOf(
    of: ValidTunnel,
    autoStart: Settings['autoStart'],
    isAllowed: boolean,
  ): Promise<ProjectSockets | undefined> {
    const leases: Lease[] = [];
    const storage = new WorkspaceStorage({ workspaceState: memento(), globalState: memento() });
    if (isAllowed) {
      await storage.setConsent(of.id, { subject: subjectOf(of), hash: 'abc', lines: [], socketLinks });
    }
    const settings: Settings = {
      tunnels: [of],
      autoStart,
      statusBar: 'summary',
      showSshConfigHosts: true,
      terminalEnvironment: true,
      connection: { reconnectMaxDelay: 30 },
      projectFolders: ['/shop'],
    };
    const client = { setLease: (lease: Lease) => Promise.resolve(leases.push(lease)) };
    // A fake, which shows what would be sent.
    const daemonConnection = {
      client: () => Promise.resolve(client),
      running: () => Promise.resolve(client),
    } as unknown as DaemonConnection;
    const desiredState = new DesiredState(settings, storage, () => ({ trusted: true, remote: false }));
    await new LeaseSync(daemonConnection, storage, desiredState).push();
    const [leased] = leases[0]?.tunnels ?? [];
    assert.equal(leased?.id, of.id);
    return leased.project;
  }

  for (const origin of ['workspace', 'folder'] as const) {
    it(`of the origin ${origin} has what the user allowed`, async () => {
      const allowed = { folders: ['/shop'], allowed: socketLinks };
      assert.deepEqual(await projectOf(tunnel(origin), 'ask', true), allowed);
      assert.deepEqual(await projectOf(tunnel(origin), 'on', true), allowed);
      assert.deepEqual(await projectOf(tunnel(origin), 'on', false), { folders: ['/shop'], allowed: [] });
    });
  }

  it("of the user's own settings follows symbolic links", async () => {
    assert.equal(await projectOf(tunnel('user'), 'ask', false), undefined);
  });
});
