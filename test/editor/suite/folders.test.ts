// A window with several folders: the tunnels of each, side by side with those of the workspace.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SshTunnelsApi } from '../../../src/extension/api.d';
import { visit } from '../../support/peers';
import { pageText } from '../projects';
import { activate, portOf, tunnel } from './editorWorld';
import { printed } from './terminals';

export function foldersTests(): void {
  describe('a workspace of several folders', () => {
    let api: SshTunnelsApi;

    before(async () => {
      api = await activate();
      await api.whenSettled();
    });

    it('lists the tunnels of every origin side by side', () => {
      assert.deepEqual(
        api.tunnels.map(({ id, origin, folder }) => [id, origin, folder]),
        [
          ['workspace:shared', 'workspace', undefined],
          ['folder:api:db', 'folder', 'api'],
          ['folder:api:api', 'folder', 'api'],
          ['folder:web:db', 'folder', 'web'],
          ['folder:web:web', 'folder', 'web'],
        ],
      );
    });

    it('brings all of them up', async () => {
      for (const { id, status, forwards } of api.tunnels) {
        assert.equal(status, 'up', id);
        assert.equal((await visit(portOf(forwards[0]!))).received.toString(), pageText, id);
      }
    });

    it('gives the terminals of each folder its own port, by the same variable', async () => {
      for (const folder of vscode.workspace.workspaceFolders ?? []) {
        const port = portOf(tunnel(api, `folder:${folder.name}:${folder.name}`).forwards[0]!);
        const terminal = vscode.window.createTerminal({ cwd: folder.uri });
        assert.equal(await printed(terminal, '$PAGE'), String(port), folder.name);
        terminal.dispose();
      }
    });

    it('refuses a name that stands for two, naming both', async () => {
      await assert.rejects(api.stop('db'), /"folder:api:db", "folder:web:db"/);
      await api.stop('folder:api:db');
      assert.equal(tunnel(api, 'folder:api:db').status, 'stopped');
    });
  });
}
