// Programs that wait for a tunnel that doesn't come up: they can give up without stopping the tunnel, and get the
// reason.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SshTunnelsApi } from '../../../src/extension/api.d';
import { activate, eventually, tunnel } from './extensionUnderTest';

export function abandonedStartsTests(): void {
  describe('an abandoned start of a tunnel', () => {
    let api: SshTunnelsApi;
    const { withProgress, showErrorMessage } = vscode.window;
    /** Of a server that accepts connections and sends nothing. */
    const status = (): string => tunnel(api, 'workspace:silent').status;
    const launched = (): Thenable<unknown> => vscode.commands.executeCommand('sshTunnelsExample.launched');
    const launch = (configuration: string | object): Thenable<boolean> =>
      vscode.debug.startDebugging(
        vscode.workspace.workspaceFolders?.[0],
        typeof configuration === 'string'
          ? configuration
          : { type: 'sshTunnelsExample', request: 'launch', name: 'example', ...configuration },
      );

    before(async () => {
      api = await activate();
      await api.whenSettled();
      await vscode.extensions.getExtension('ssh-tunnels.ssh-tunnels-example')?.activate();
    });
    afterEach(async () => {
      Object.assign(vscode.window, { withProgress, showErrorMessage });
      await api.stop('silent');
    });

    it("by closing a task's terminal ends the task, and the tunnel keeps starting", async () => {
      const offered = await vscode.tasks.fetchTasks({ type: 'sshTunnels' });
      const task = offered.find(({ name }) => name === 'start silent') ?? assert.fail('not offered');
      const ended = new Promise<void>((resolve) => {
        const subscription = vscode.tasks.onDidEndTask(() => {
          subscription.dispose();
          resolve();
        });
      });
      const terminal = (): vscode.Terminal | undefined =>
        vscode.window.terminals.find(({ name }) => name.includes('start silent'));
      await vscode.tasks.executeTask(task);
      await eventually(
        () => status() === 'connecting' && terminal() !== undefined,
        () => `${status()}, ${vscode.window.terminals.map(({ name }) => name).join()}`,
      );
      terminal()?.dispose();
      await ended;
      // A stop would have finished before these.
      await api.start('socks');
      await api.stop('socks');
      assert.equal(status(), 'connecting');
    });

    it("by cancelling a variable's progress launches nothing, and the tunnel keeps starting", async () => {
      const titles: (string | undefined)[] = [];
      const cancelled: typeof withProgress = (options, work) => {
        titles.push(options.title);
        const source = new vscode.CancellationTokenSource();
        setTimeout(() => source.cancel(), 100);
        return work({ report: () => undefined }, source.token);
      };
      Object.assign(vscode.window, { withProgress: cancelled });
      const before = await launched();
      const asked = { tunnel: 'silent' };
      assert.equal(await vscode.commands.executeCommand('sshTunnels.getLocalPort', asked), undefined);
      assert.equal(await launch('with a silent port'), false);
      assert.equal(await launch({ sshTunnel: 'silent' }), false);
      assert.equal(await launched(), before);
      assert.deepEqual(titles, Array(3).fill('Starting the tunnel "silent"…'));
      assert.equal(status(), 'connecting');
    });

    it('fails a launch with a dialog that names the tunnel and the reason', async () => {
      const shown: unknown[][] = [];
      const show = (...args: unknown[]): Thenable<undefined> => {
        shown.push(args);
        return Promise.resolve(undefined);
      };
      Object.assign(vscode.window, { showErrorMessage: show });
      assert.equal(await launch({ sshTunnel: 'none' }), false);
      assert.equal(await launch({ sshTunnel: 'manual/None' }), false);
      const [what, next] = ['"example" was not launched.', 'The Tunnels view shows the names and labels.'];
      assert.deepEqual(shown, [
        [`${what} There is no tunnel "none". Check the name in the Tunnels view.`, { modal: true }],
        [`${what} The tunnel "manual" has no forward "None", only "0". ${next}`, { modal: true }, 'Explain'],
      ]);
    });
  });
}
