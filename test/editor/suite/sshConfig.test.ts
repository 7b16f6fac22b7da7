// Hosts in the user's ssh_config that have forwards: listed, only started by hand, and updated when the file changes.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { SshTunnelsApi, TunnelInfo } from '../../../src/extension/api.d';
import { pageText } from '../testProject';
import { activate, eventually, portOf, tunnel, facts, untilRefused } from './extensionUnderTest';

const run = promisify(execFile);

export function sshConfigTests(): void {
  describe('the hosts of ssh_config', () => {
    let api: SshTunnelsApi;
    const port = (): number => portOf(tunnel(api, 'sshConfig:listed').forwards[0]!);
    const ofConfig = (): readonly TunnelInfo[] => api.tunnels.filter(({ origin }) => origin === 'sshConfig');

    before(async () => {
      api = await activate();
      await api.whenSettled();
    });

    it('with forwards are listed last, as stopped', () => {
      assert.deepEqual(
        ofConfig().map(({ id, name, host, status }) => [id, name, host, status]),
        [
          ['sshConfig:listed', 'listed', 'listed', 'stopped'],
          ['sshConfig:other', 'other', 'other', 'stopped'],
        ],
      );
      assert.deepEqual(api.tunnels.slice(-2), ofConfig());
      const [{ kind, label, target, status } = assert.fail()] = tunnel(api, 'sshConfig:listed').forwards;
      assert.deepEqual([kind, target, status], ['local', `127.0.0.1:${facts.pagePort}`, 'closed']);
      assert.match(label, /^\d+$/);
    });

    it(`aren't started by "Start All"`, async () => {
      await vscode.commands.executeCommand('sshTunnels.startAll');
      assert.deepEqual(
        ofConfig().map(({ status }) => status),
        ['stopped', 'stopped'],
      );
    });

    it('can be started by hand, and serve curl', async () => {
      const { status } = await api.start('sshConfig:listed');
      assert.equal(status, 'up');
      const { stdout } = await run('curl', ['-q', '-sS', '--include', `http://127.0.0.1:${port()}/`], {
        maxBuffer: 16 * 1024 * 1024,
      });
      assert.equal(stdout, pageText);
      assert.equal(tunnel(api, 'sshConfig:other').status, 'stopped');
      // Starting runs ssh itself, which evaluates each Match; the list alone never does.
      assert.ok(existsSync(join(facts.folder, 'matched')));
    });

    it("are read with the window's environment, without the editor's own variables", async () => {
      const lines = (): readonly string[] => readFileSync(join(facts.folder, 'matched'), 'utf8').split('\n');
      const names = (): readonly string[] => lines().map((line) => line.replace(/=.*/, ''));
      const ofEditor =
        /^(VSCODE_|ELECTRON_|CODE_SERVER_|NODE_OPTIONS$|NODE_CHANNEL_|BROWSER$|NODE_EXEC_PATH$)/;
      assert.ok(Object.keys(process.env).some((name) => ofEditor.test(name)));
      // Another ssh may be writing it right now.
      await eventually(
        () => ['SSH_TUNNELS_SUITE', 'XDG_RUNTIME_DIR'].every((name) => names().includes(name)),
        () => names().join(),
      );
      assert.deepEqual(
        names().filter((name) => ofEditor.test(name)),
        [],
      );
      // As in its terminals, the folder of its command "code" is in PATH.
      assert.deepEqual(
        lines().filter((line) => line.includes(vscode.env.appRoot) && !line.startsWith('PATH=')),
        [],
      );
    });

    it('follow changes of the file, without stopping an unchanged tunnel', async () => {
      const { forwards } = tunnel(api, 'sshConfig:listed');
      const text = await readFile(facts.sshConfigFile, 'utf8');
      const added = `Host added\n  LocalForward 9 127.0.0.1:9\n  LocalForward 10\n`;
      await writeFile(facts.sshConfigFile, text.replace('Host other\n', `${added}Match host nothing\n`));
      await eventually(
        () => ofConfig().some(({ id }) => id === 'sshConfig:added'),
        () => JSON.stringify(ofConfig()),
      );
      const names = ofConfig().map(({ name }) => name);
      assert.deepEqual(names, ['listed', 'added', 'nothing']);
      // A forward that can't be read is left out of the list, but ssh refuses the whole file.
      assert.deepEqual(
        tunnel(api, 'sshConfig:added').forwards.map(({ label }) => label),
        ['9'],
      );
      await assert.rejects(api.start('added'), {
        code: 'InvalidDefinition',
        message: /ssh_config, line \d+: Missing target argument/,
      });
      await writeFile(facts.sshConfigFile, text);
      await eventually(
        () => ofConfig().some(({ id }) => id === 'sshConfig:other'),
        () => JSON.stringify(ofConfig()),
      );
      assert.equal(tunnel(api, 'sshConfig:listed').status, 'up');
      assert.deepEqual(tunnel(api, 'sshConfig:listed').forwards[0]?.bound, forwards[0]?.bound);
    });

    it('open in the file when edited', async () => {
      await vscode.commands.executeCommand('sshTunnels.edit', 'listed');
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.uri.fsPath, facts.sshConfigFile);
      assert.match(editor.document.lineAt(editor.selection.active.line).text, /^Host .*listed/);
    });

    it('are neither listed nor running when the setting is off', async () => {
      const before = port();
      const settings = vscode.workspace.getConfiguration('sshTunnels');
      await settings.update('showSshConfigHosts', false, vscode.ConfigurationTarget.Workspace);
      await eventually(
        () => ofConfig().length === 0,
        () => JSON.stringify(ofConfig()),
      );
      await untilRefused(before);
      await settings.update('showSshConfigHosts', undefined, vscode.ConfigurationTarget.Workspace);
      await eventually(
        () => ofConfig().length === 2,
        () => JSON.stringify(ofConfig()),
      );
      assert.equal(tunnel(api, 'sshConfig:listed').status, 'stopped');
    });
  });
}
