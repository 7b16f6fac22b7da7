// Ports for launch.json, tasks.json and other extensions, in the real editor.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SshTunnelsApi } from '../../../src/extension/api.d';
import { pageText } from '../testProject';
import { activate, eventually, forward, portOf, tunnel, facts } from './extensionUnderTest';
import { exitCode } from './tasks';
import { printed } from './terminals';

export function variablesTests(): void {
  describe("a tunnel's port in", () => {
    let api: SshTunnelsApi;

    before(async () => {
      api = await activate();
      await api.whenSettled();
      // From then on the commands of its adapter exist.
      await vscode.extensions.getExtension('ssh-tunnels.ssh-tunnels-example')?.activate();
    });
    after(async () => {
      await api.stop('manual');
    });

    describe('a variable', () => {
      const get = (what: string, argument: unknown): Thenable<unknown> =>
        vscode.commands.executeCommand(`sshTunnels.getLocal${what}`, argument);

      it("is a forward's port, host or address, as text", async () => {
        const port = portOf(forward(tunnel(api, 'workspace:staging'), 'Page'));
        assert.equal(await get('Port', { tunnel: 'staging', forward: 'Page' }), String(port));
        assert.equal(await get('Host', 'staging/Page'), '127.0.0.1');
        assert.equal(await get('Address', { sshTunnel: 'staging/Page' }), `127.0.0.1:${port}`);
      });
      it('starts the tunnel, and has its value when it is up', async () => {
        await api.stop('manual');
        const port = Number(await get('Port', { tunnel: 'manual' }));
        assert.equal(tunnel(api, 'workspace:manual').status, 'up');
        assert.equal(port, portOf(forward(tunnel(api, 'workspace:manual'), '0')));
      });
      it('fails with the reason', async () => {
        await assert.rejects(async () => get('Port', { tunnel: 'none' }), /no tunnel "none"/);
        await assert.rejects(async () => get('Port', { tunnel: 'staging' }), /several ports/);
        await assert.rejects(async () => get('Port', undefined), /No tunnel given/);
        await assert.rejects(
          async () => get('Port', { tunnel: 'broken' }),
          /sshTunnels\.tunnels\.broken\.localForward\[0\]/,
        );
      });
      it('starts nothing for an unknown forward', async () => {
        await api.stop('manual');
        await assert.rejects(
          async () => get('Port', { tunnel: 'manual', forward: 'None' }),
          /no forward "None"/,
        );
        assert.equal(tunnel(api, 'workspace:manual').status, 'stopped');
      });
    });

    describe('a task', () => {
      /** One of tasks.json. */
      const run = async (label: string): Promise<number | undefined> => {
        const task = (await vscode.tasks.fetchTasks()).find(({ name }) => name === label);
        assert.ok(task, `no task "${label}"`);
        return exitCode(task);
      };

      it('is offered for each tunnel', async () => {
        const offered = await vscode.tasks.fetchTasks({ type: 'sshTunnels' });
        assert.ok(
          offered.some(({ name }) => name === 'start listed'),
          'of ssh_config, too',
        );
        // "manual" is in tasks.json already.
        assert.ok(offered.some(({ name }) => name === 'start staging'));
      });
      it('ends with 0 once the tunnel is up, and can stop it', async () => {
        await api.stop('manual');
        assert.equal(await run('up'), 0);
        assert.equal(tunnel(api, 'workspace:manual').status, 'up');
        assert.equal(await run('down'), 0);
        assert.equal(tunnel(api, 'workspace:manual').status, 'stopped');
      });
      it('ends with 1 when the tunnel fails', async () => {
        assert.equal(await run('unknown tunnel'), 1);
        assert.equal(await run('unknown action'), 1);
        assert.equal(await run('unknown forward'), 1);
        assert.equal(tunnel(api, 'workspace:manual').status, 'stopped', 'started all the same');
      });
    });

    describe('a launch configuration', () => {
      const launched = async (): Promise<Record<string, unknown> | undefined> =>
        vscode.commands.executeCommand('sshTunnelsExample.launched');
      const launch = async (keys: object): Promise<boolean> =>
        vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], {
          type: 'sshTunnelsExample',
          request: 'launch',
          name: `example ${Math.random()}`,
          ...keys,
        });

      it('starts its tunnel first, and the adapter gets the port as a number and no property of this extension', async () => {
        await api.stop('manual');
        assert.equal(await launch({ sshTunnel: 'manual', port: '${command:sshTunnels.getLocalPort}' }), true);
        await eventually(
          () => tunnel(api, 'workspace:manual').status === 'up',
          () => 'up',
        );
        const seen = await launched();
        assert.equal(seen?.['port'], portOf(forward(tunnel(api, 'workspace:manual'), '0')));
        assert.ok(!('sshTunnel' in seen));
      });
      it('can use several tunnels', async () => {
        await api.stop('manual');
        assert.equal(await launch({ sshTunnel: ['manual', { tunnel: 'socks' }] }), true);
        assert.deepEqual(
          ['manual', 'socks'].map((name) => tunnel(api, `workspace:${name}`).status),
          ['up', 'up'],
        );
        await api.stop('socks');
      });
      it("runs psql through its preLaunchTask's tunnel, with the port from an input", async () => {
        const folder = vscode.workspace.workspaceFolders?.[0];
        assert.equal(await vscode.debug.startDebugging(folder, 'after a query'), true);
        assert.equal(readFileSync(join(facts.folder, 'answer'), 'utf8'), '42\n');
        const seen = await launched();
        assert.equal(seen?.['port'], portOf(forward(tunnel(api, 'workspace:database'), 'Database')));
        await api.stop('database');
      });
      it("isn't launched when the tunnel fails", async () => {
        const before = await launched();
        assert.equal(await launch({ sshTunnel: 'none' }), false);
        await api.stop('manual');
        assert.equal(await launch({ sshTunnel: 'manual/None' }), false);
        assert.equal(tunnel(api, 'workspace:manual').status, 'stopped', 'started all the same');
        assert.equal(await launched(), before);
      });
    });

    describe('a terminal', () => {
      it('has the port of a forward with a variable, even when the tunnel is stopped', async () => {
        const port = portOf(forward(tunnel(api, 'workspace:staging'), 'Echo'));
        const terminal = vscode.window.createTerminal('before');
        const text = '$ECHO_PORT $ECHO_PORT_HOST $ECHO_PORT_ADDRESS';
        assert.equal(await printed(terminal, text), `${port} 127.0.0.1 127.0.0.1:${port}`);
        await api.stop('staging');
        const later = vscode.window.createTerminal('after');
        assert.equal(await printed(later, '$ECHO_PORT'), String(port));
        await api.start('staging');
        terminal.dispose();
        later.dispose();
      });
      it('keeps the replacement port of a stopped tunnel', async () => {
        await api.start('moved');
        const port = portOf(tunnel(api, 'workspace:moved').forwards[0]!);
        assert.notEqual(port, facts.pagePort);
        await api.stop('moved');
        const terminal = vscode.window.createTerminal();
        assert.equal(await printed(terminal, '$MOVED_PORT'), String(port));
        terminal.dispose();
      });
      it('has no variable of a tunnel without consent', async () => {
        const terminal = vscode.window.createTerminal();
        assert.equal(await printed(terminal, '[$UNASKED_PORT]'), '[]');
        terminal.dispose();
      });
      it('has no variable when the user has turned them off, even if the workspace turns them on', async () => {
        const { Global, Workspace } = vscode.ConfigurationTarget;
        const set = (value: boolean | undefined, where: vscode.ConfigurationTarget): Thenable<void> =>
          vscode.workspace.getConfiguration('sshTunnels').update('terminalEnvironment', value, where);
        await set(true, Workspace);
        await set(false, Global);
        const terminal = vscode.window.createTerminal();
        assert.equal(await printed(terminal, '[$ECHO_PORT]'), '[]');
        terminal.dispose();
        await set(undefined, Global);
        await set(undefined, Workspace);
        const later = vscode.window.createTerminal();
        assert.notEqual(await printed(later, '[$ECHO_PORT]'), '[]');
        later.dispose();
      });
      it('gets an address typed in without Enter', async () => {
        const address = `127.0.0.1:${portOf(forward(tunnel(api, 'workspace:staging'), 'Page'))}`;
        const terminal = vscode.window.createTerminal('active');
        terminal.show();
        await eventually(
          () => vscode.window.activeTerminal === terminal,
          () => 'active',
        );
        const file = join(mkdtempSync(join(tmpdir(), 'typed-')), 'out');
        terminal.sendText(`printf %s > ${file} `, false);
        await vscode.commands.executeCommand('sshTunnels.insertAddressInTerminal', 'staging/Page');
        assert.equal(existsSync(file), false);
        terminal.sendText('');
        await eventually(
          () => existsSync(file) && readFileSync(file, 'utf8') === address,
          () => `${address} in ${file}`,
        );
        terminal.dispose();
      });
    });

    it("a terminal with proxy settings lets its programs use the tunnel's proxy", async () => {
      await vscode.commands.executeCommand('sshTunnels.openProxiedTerminal', 'socks');
      const port = portOf(forward(tunnel(api, 'workspace:socks'), '0'));
      const terminal = vscode.window.terminals.find(({ name }) => name === 'via socks');
      assert.ok(terminal);
      const page = `127.0.0.1:${facts.pagePort}`;
      const text = `$ALL_PROXY $(curl -s --noproxy "" http://${page}/ | head -c 64)`;
      const start = pageText.indexOf('\r\n\r\n') + 4;
      assert.equal(
        await printed(terminal, text),
        `socks5h://127.0.0.1:${port} ${pageText.slice(start, start + 64)}`,
      );
      terminal.dispose();
    });

    describe('another extension', () => {
      it('can start a tunnel and fetch a page through it', async () => {
        const body = pageText.slice(pageText.indexOf('\r\n\r\n') + 4);
        assert.equal(
          await vscode.commands.executeCommand('sshTunnelsExample.fetch', 'staging', 'Page'),
          body,
        );
      });
      it('gets the reason when a start fails', async () => {
        await assert.rejects(
          async () => vscode.commands.executeCommand('sshTunnelsExample.fetch', 'none', 'Page'),
          /no tunnel "none"/,
        );
      });
    });
  });
}
