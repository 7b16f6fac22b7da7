// The tools for language models and the setting of the Ports view, in the real editor. Their questions are answered
// automatically here; test/e2e shows them.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SshTunnelsApi } from '../../../src/extension/api.d';
import { activate, forward, portOf, tunnel } from './extensionUnderTest';

export function agentsTests(): void {
  describe('an agent', () => {
    let api: SshTunnelsApi;
    const use = async (tool: string, input: object = {}): Promise<Record<string, unknown>> => {
      const result = await vscode.lm.invokeTool(`sshTunnels_${tool}`, {
        input,
        toolInvocationToken: undefined,
      });
      const [part] = result.content;
      assert.ok(part instanceof vscode.LanguageModelTextPart);
      return JSON.parse(part.value) as Record<string, unknown>;
    };

    before(async () => {
      api = await activate();
      await api.whenSettled();
    });
    after(async () => {
      await api.stop('manual');
    });

    it('has four tools', () =>
      assert.deepEqual(
        vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('sshTunnels_')),
        ['sshTunnels_list', 'sshTunnels_explain', 'sshTunnels_start', 'sshTunnels_stop'],
      ));
    it('can look up the port of a forward', async () => {
      const { tunnels } = (await use('list')) as { tunnels: { id: string; forwards: object[] }[] };
      assert.deepEqual(
        tunnels.map(({ id }) => id),
        api.tunnels.map(({ id }) => id),
      );
      const staging = tunnels.find(({ id }) => id === 'workspace:staging');
      const port = portOf(forward(tunnel(api, 'workspace:staging'), 'Page'));
      const page = { label: 'Page', bound: [`127.0.0.1:${port}`, `[::1]:${port}`] };
      assert.deepEqual({ ...page, ...staging?.forwards[0] }, { ...staging?.forwards[0], ...page });
    });
    it('can get an explanation of what is wrong', async () => {
      const { status, problems } = await use('explain', { tunnel: 'broken' });
      assert.equal(status, 'failed');
      assert.match(JSON.stringify(problems), /"place":"localForward\[0\]"/);
    });
    it('can start and stop a tunnel', async () => {
      await api.stop('manual');
      const { status, forwards } = await use('start', { tunnel: 'manual' });
      assert.equal(status, 'up');
      const port = portOf(forward(tunnel(api, 'workspace:manual'), '0'));
      assert.match(JSON.stringify(forwards), new RegExp(`127\\.0\\.0\\.1:${port}`));
      assert.equal((await use('stop', { tunnel: 'workspace:manual' }))['status'], 'stopped');
      assert.equal(tunnel(api, 'workspace:manual').status, 'stopped');
    });
    it('gets the reason when a start fails', async () => {
      for (const tool of ['explain', 'start', 'stop']) {
        await assert.rejects(use(tool, { tunnel: 'none' }), /no tunnel "none"/);
        await assert.rejects(use(tool), /Set "tunnel" to the name or id|must have required property/);
      }
      await assert.rejects(
        use('start', { tunnel: 'broken' }),
        /sshTunnels\.tunnels\.broken\.localForward\[0\]/,
      );
    });
  });

  describe('the Ports view', () => {
    it("lists the daemon's ports without a notification, by this extension's default setting", () => {
      const setting = vscode.workspace.getConfiguration().inspect('remote.portsAttributes');
      const defaults = Object.entries(setting?.defaultValue as Record<string, unknown>);
      const ours = defaults.filter(([key]) => key.includes('tunnelDaemon'));
      assert.deepEqual(
        ours.map(([, value]) => value),
        [{ onAutoForward: 'silent' }],
      );
    });
  });
}
