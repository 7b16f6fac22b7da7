// A folder that the user has not trusted: its tunnels are listed, and none of them runs.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SshTunnelsApi } from '../../../src/extension/api.d';
import { endpointFolder } from '../../../src/tunnels/daemon/endpoint/endpointFolder';
import { activate, tunnel, facts } from './extensionUnderTest';

export function untrustedFolderTests(): void {
  describe('an untrusted folder', () => {
    let api: SshTunnelsApi;

    before(async () => {
      api = await activate();
      await api.whenSettled();
    });

    it("isn't trusted in this test", () => {
      assert.equal(vscode.workspace.isTrusted, false);
    });

    it('lists its tunnels as blocked', () => {
      const { status, error, forwards } = tunnel(api, 'workspace:staging');
      assert.equal(status, 'blocked');
      assert.equal(error?.code, 'WorkspaceUntrusted');
      assert.deepEqual(
        forwards.map((info) => info.status),
        ['closed', 'closed', 'closed'],
      );
    });

    it('starts none of them, even on request', async () => {
      await assert.rejects(api.start('staging'), { code: 'WorkspaceUntrusted' });
      await assert.rejects(api.start('manual'), { code: 'WorkspaceUntrusted' });
      assert.equal(tunnel(api, 'workspace:staging').status, 'blocked');
    });

    it('reveals none of their ports', async () => {
      const port = { tunnel: 'staging', forward: 'Echo' };
      await assert.rejects(
        async () => vscode.commands.executeCommand('sshTunnels.getLocalPort', port),
        /trust the workspace/i,
      );
    });

    it('starts none for an agent', async () => {
      const options = { input: { tunnel: 'manual' }, toolInvocationToken: undefined };
      await assert.rejects(async () => vscode.lm.invokeTool('sshTunnels_start', options), /trust/);
      assert.equal(tunnel(api, 'workspace:manual').status, 'blocked');
    });

    it("lists the hosts of the user's ssh_config, without evaluating its Match blocks", () => {
      const { status, forwards } = tunnel(api, 'sshConfig:listed');
      assert.deepEqual([status, forwards.length], ['stopped', 1]);
      assert.equal(existsSync(join(facts.folder, 'matched')), false);
    });

    it('starts no daemon, so no host name is resolved', () => {
      assert.equal(existsSync(endpointFolder()), false);
    });
  });
}
