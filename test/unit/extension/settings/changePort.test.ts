// A consent is carried over to another port only if nothing else has changed in the settings since they were read.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { Consents } from '../../../../src/extension/consent/consents';
import type { ValidTunnel } from '../../../../src/extension/settings/configuredTunnel';
import type * as ports from '../../../../src/extension/settings/changePort';
import type { DaemonConnection } from '../../../../src/extension/tunnels/daemonConnection';
import { DesiredState } from '../../../../src/extension/tunnels/desiredState';
import { WorkspaceStorage } from '../../../../src/extension/tunnels/workspaceStorage';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import { setWorkspace, withFakeVscode } from '../../../support/fakeVscode';
import { memento } from '../fakeMemento';

/** Open to the network, so that it needs consent in the user's settings too. */
const read = { host: 'db', localForward: '*:5432:db:5432' };

function tunnelOf(value: object): ValidTunnel {
  const parsed = parseTunnel('db', value, 'project');
  assert.ok('entry' in parsed);
  const { entry } = parsed;
  return { id: 'user:db', name: 'db', origin: 'user', entry, problems: [], folderUri: undefined };
}

describe('another port for a tunnel that is allowed', () => {
  let module: typeof ports;
  before(async () => {
    module = await withFakeVscode(() => import('../../../../src/extension/settings/changePort'));
  });
  after(() => setWorkspace(undefined));

  /** @param now the setting when the port is chosen @returns whether what is then in the settings is allowed */
  async function changeWith(now: object): Promise<{ written: unknown; isAllowed: boolean }> {
    const tunnel = tunnelOf(read);
    const workspaceStorage = new WorkspaceStorage({ workspaceState: memento(), globalState: memento() });
    const desiredState = new DesiredState(
      {
        tunnels: [tunnel],
        autoStart: 'ask',
        statusBar: 'summary',
        showSshConfigHosts: true,
        projectFolders: [],
        terminalEnvironment: true,
        connection: { reconnectMaxDelay: 30 },
      },
      workspaceStorage,
      () => ({ trusted: true, remote: false }),
    );
    // A fake: what the daemon resolves is tested with a real one.
    const resolve = (): Promise<object> => Promise.resolve({ hops: [], hash: 'h' });
    const daemonConnection = { client: () => Promise.resolve({ resolve }) } as unknown as DaemonConnection;
    const consents = new Consents(daemonConnection, workspaceStorage, desiredState);
    await consents.allow(await consents.resolve(tunnel));
    let setting: unknown = { db: now };
    setWorkspace({
      workspaceFile: undefined,
      workspaceFolders: [],
      inspect: () => ({ globalValue: setting }),
      update: (_key, value) => {
        setting = value;
      },
    });
    const listen = { bind: '*', port: 15_432 };
    const change = { tunnel, label: '5432', listen, where: 'setting' } as const;
    try {
      await module.changePort({ consents, desiredState }, change);
    } catch (error) {
      assert.match(String(error), /"db" has changed in the settings meanwhile/);
    }
    const written = (setting as { db: object }).db;
    return { written, isAllowed: consents.isAllowed(tunnelOf(written)) };
  }

  it('is allowed too', async () => {
    const { written, isAllowed } = await changeWith(read);
    assert.deepEqual(written, { ...read, localForward: '*:15432:db:5432' });
    assert.equal(isAllowed, true);
  });

  for (const change of [
    { host: 'evil' },
    { remoteForward: '9:h:22' },
    { localForward: '*:5432:evil:5432' },
  ]) {
    it(`is neither written nor allowed if the settings have ${JSON.stringify(change)} meanwhile`, async () => {
      const now = { ...read, ...change };
      assert.deepEqual(await changeWith(now), { written: now, isAllowed: false });
    });
  }
});
