// A window with several folders: the tunnels of each folder beside those of the workspace.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SshTunnelsApi } from '../../../src/extension/api.d';
import { exchange } from '../../support/targetAndClient';
import { pageText } from '../testProject';
import { activate, eventually, pickFirst, portOf, tunnel, facts } from './extensionUnderTest';
import { exitCode } from './tasks';
import { printed } from './terminals';

export function multiRootWorkspaceTests(): void {
  describe('a multi-root workspace', () => {
    let api: SshTunnelsApi;
    // Two folders with one name differ by their path.
    const [web, oldWeb] = [join(facts.folder, 'web'), join(facts.folder, 'old/web')];
    const own = ['api', web, oldWeb].map((folder) => `folder:${folder}:own`);
    const ownPort = (index: number): number => portOf(tunnel(api, own[index] ?? '').forwards[0]!);
    const getPort = (argument: object): Thenable<unknown> =>
      vscode.commands.executeCommand('sshTunnels.getLocalPort', argument);
    const openSettingsOf = async (folder: vscode.WorkspaceFolder | undefined): Promise<void> => {
      await vscode.window.showTextDocument(
        vscode.Uri.joinPath(folder?.uri ?? assert.fail(), '.vscode/settings.json'),
      );
    };

    before(async () => {
      api = await activate();
      await api.whenSettled();
    });

    it('lists the tunnels of every origin side by side', () => {
      assert.deepEqual(
        api.tunnels.map(({ id, origin, folder }) => [id, origin, folder]),
        [
          ['workspace:shared', 'workspace', undefined],
          ['workspace:late', 'workspace', undefined],
          ['folder:api:db', 'folder', 'api'],
          ['folder:api:own', 'folder', 'api'],
          [`folder:${web}:db`, 'folder', web],
          [`folder:${web}:own`, 'folder', web],
          [`folder:${oldWeb}:db`, 'folder', oldWeb],
          [`folder:${oldWeb}:own`, 'folder', oldWeb],
        ],
      );
    });

    it('starts all of them', async () => {
      for (const { id, status, forwards } of api.tunnels.filter(({ name }) => name !== 'late')) {
        assert.equal(status, 'up', id);
        assert.equal((await exchange(portOf(forwards[0]!))).received.toString(), pageText, id);
      }
    });

    it("gives each folder's terminals the folder's port, even when the workspace sets the same variable", async () => {
      // If both set it, the editor itself would take the later one.
      await api.start('late');
      const ports = ['workspace:late', ...own].map((id) => portOf(tunnel(api, id).forwards[0]!));
      assert.equal(new Set(ports).size, 4);
      for (const { uri, index } of vscode.workspace.workspaceFolders ?? []) {
        const terminal = vscode.window.createTerminal({ cwd: uri });
        assert.equal(await printed(terminal, '$PAGE_PORT'), String(ownPort(index)), uri.path);
        terminal.dispose();
      }
    });

    it('launches a configuration with the port of its folder, whatever file is open', async () => {
      const folders = vscode.workspace.workspaceFolders ?? [];
      await vscode.extensions.getExtension('ssh-tunnels.ssh-tunnels-example')?.activate();
      const configuration = {
        type: 'sshTunnelsExample',
        request: 'launch',
        name: 'of a folder',
        sshTunnel: 'own',
        port: '${command:sshTunnels.getLocalPort}',
      };
      for (const folder of folders) {
        await openSettingsOf(folders.at(folder.index - 1));
        assert.equal(await vscode.debug.startDebugging(folder, configuration), true);
        const seen = await vscode.commands.executeCommand<{ port: unknown }>('sshTunnelsExample.launched');
        assert.equal(seen.port, ownPort(folder.index), folder.uri.path);
      }
    });

    it("lets a variable name the tunnel's folder, whatever file is open", async () => {
      await openSettingsOf(vscode.workspace.workspaceFolders?.[0]);
      await assert.rejects(
        async () => getPort({ tunnel: 'own' }),
        (error: Error) =>
          own.every((id) => error.message.includes(`"${id}"`)) && error.message.includes('"folder"'),
      );
      assert.equal(await getPort({ tunnel: 'own', folder: web }), String(ownPort(1)));
      assert.equal(await getPort({ tunnel: `folder:${oldWeb}:own`, forward: 'Page' }), String(ownPort(2)));
    });

    it('offers a task for each of several tunnels with one name', async () => {
      const offered = await vscode.tasks.fetchTasks({ type: 'sshTunnels' });
      const task = offered.find(({ name }) => name === `start own (${oldWeb})`);
      assert.ok(task, offered.map(({ name }) => name).join());
      assert.equal(await exitCode(task), 0);
    });

    it("labels its ports in the Ports view, beside the workspace's own labels", async () => {
      const file = vscode.workspace.workspaceFile?.fsPath ?? assert.fail();
      const written = (): unknown =>
        vscode.workspace.getConfiguration().inspect('remote.portsAttributes')?.workspaceValue;
      // They have one definition, so all of them are one tunnel.
      const port = portOf(tunnel(api, 'workspace:shared').forwards[0]!);
      const others = `"remote.portsAttributes": { "${port}": { "protocol": "http" }, "9": { "label": "x" } }`;
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace('"settings":{', `"settings":{ // Ours.\n${others},`));
      await eventually(
        () => written() !== undefined,
        () => 'read',
      );
      await pickFirst(vscode.commands.executeCommand('sshTunnels.labelPorts'));
      await eventually(
        () => JSON.stringify(written()).includes('shared'),
        () => JSON.stringify(written()),
      );
      const label = `shared: 127.0.0.1:${facts.pagePort}`;
      const { [port]: ours, '9': theirs } = written() as Record<string, unknown>;
      assert.deepEqual([ours, theirs], [{ protocol: 'http', label }, { label: 'x' }]);
      assert.match(await readFile(file, 'utf8'), /\/\/ Ours\./);
    });

    it('refuses an ambiguous name, and lists both tunnels', async () => {
      await assert.rejects(api.stop('db'), /"folder:api:db", "folder:.*\/web:db"/);
      await api.stop('folder:api:db');
      assert.equal(tunnel(api, 'folder:api:db').status, 'stopped');
    });
  });
}
