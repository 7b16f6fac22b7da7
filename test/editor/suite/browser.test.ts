// Pages behind a tunnel in browsers: the user's own, the editor's, and one that uses the tunnel's proxy.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SshTunnelsApi } from '../../../src/extension/api.d';
import { activate, eventually, forward, pickFirst, portOf, tunnel, facts } from './extensionUnderTest';

export function browserTests(): void {
  describe('a page behind a tunnel', () => {
    let api: SshTunnelsApi;
    const staging = (): ReturnType<typeof tunnel> => tunnel(api, 'workspace:staging');
    const received = (): number => forward(staging(), 'Page').bytesIn;

    before(async () => {
      api = await activate();
      await api.whenSettled();
    });

    it('opens in the editor, after starting its tunnel', async () => {
      const before = received();
      await api.stop('staging');
      await vscode.commands.executeCommand('sshTunnels.openInEditor', 'staging/Page');
      assert.equal(staging().status, 'up');
      const tabs = (): readonly vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
      const isBrowser = ({ input }: vscode.Tab): boolean =>
        input instanceof vscode.TabInputWebview && input.viewType.includes('simpleBrowser');
      await eventually(
        () => tabs().some(isBrowser) && received() > before,
        () => `${JSON.stringify(tabs())}, ${received()} bytes`,
      );
      await vscode.window.tabGroups.close(tabs().filter(isBrowser));
    });

    it("opens in the user's browser", async () => {
      const before = received();
      await vscode.commands.executeCommand('sshTunnels.openInBrowser', 'staging/Page');
      await eventually(
        () => received() > before,
        () => `${received()} bytes`,
      );
    });

    it('has a connection string that can be copied', async () => {
      await vscode.commands.executeCommand('sshTunnels.copyConnectionString', 'staging/Page');
      const port = portOf(forward(staging(), 'Page'));
      assert.equal(await vscode.env.clipboard.readText(), `http://127.0.0.1:${port}/`);
    });

    it('leaves no browser profile behind when the browser ends without an open window', async function () {
      if (facts.remoteRequests === '') {
        this.skip();
      }
      await eventually(
        () => !existsSync(join(tmpdir(), 'ssh-tunnels-browser-ended')),
        () => tmpdir(),
      );
    });

    it('opens in a browser through the proxy, by a name that only the server knows', async function () {
      if (facts.remoteRequests === '') {
        this.skip();
      }
      await pickFirst(vscode.commands.executeCommand('sshTunnels.openProxiedBrowser', 'far'));
      assert.equal(tunnel(api, 'workspace:far').status, 'up');
      const profiles = (): readonly string[] =>
        readdirSync(tmpdir()).filter((name) => name.startsWith('ssh-tunnels-browser-'));
      const [profile = ''] = profiles();
      assert.equal(statSync(join(tmpdir(), profile)).mode & 0o777, 0o700);
      const requests = (): readonly string[] => readFileSync(facts.remoteRequests, 'utf8').split('\n');
      try {
        await eventually(
          () => requests().includes('wiki.far.internal/read?Wiki'),
          () => requests().join(),
        );
      } finally {
        const pid = Number(readFileSync(join(tmpdir(), profile, 'pid'), 'utf8'));
        process.kill(-pid, 'SIGTERM');
      }
      await eventually(
        () => profiles().length === 0,
        () => profiles().join(),
      );
      await api.stop('far');
    });
  });
}
