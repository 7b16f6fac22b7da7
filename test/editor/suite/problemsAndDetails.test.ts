// What the user is shown: underlined problems, a port changed for this user only, the details of a tunnel.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SshTunnelsApi } from '../../../src/extension/api.d';
import { freePort } from '../../support/freePort';
import { exchange } from '../../support/targetAndClient';
import { pageText, projectTunnels, settingsText } from '../testProject';
import { activate, eventually, forward, portOf, tunnel, facts, untilRefused } from './extensionUnderTest';
import { printed } from './terminals';

const settingsFile = join(facts.folder, '.vscode/settings.json');

function ours(): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(vscode.Uri.file(settingsFile)).filter(isOurs);
}

function isOurs({ source, severity }: vscode.Diagnostic): boolean {
  return source === 'SSH Tunnels' && severity === vscode.DiagnosticSeverity.Error;
}

async function problemCount(count: number): Promise<void> {
  await eventually(
    () => ours().length === count,
    () => {
      const open = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === settingsFile);
      return JSON.stringify({ problems: ours(), unsaved: open?.isDirty, text: open?.getText() });
    },
  );
}

/**
 * Writes the settings, and after 20 s without the expected problems once more: in one of several hundred runs, the
 * editor reported no change for a minute after a write.
 */
async function writesUntil(count: number, tunnels: Parameters<typeof settingsText>[0]): Promise<void> {
  const write = (): Promise<void> => writeFile(settingsFile, settingsText(tunnels));
  await write();
  const again = setTimeout(() => void write(), 20_000);
  try {
    await problemCount(count);
  } finally {
    clearTimeout(again);
  }
}

export function problemsAndDetailsTests(): void {
  describe('a problem in the settings', () => {
    const wrong = { host: 'test-sshd', localForward: ['8081:www.example.org:99999'] };

    before(async () => {
      await activate();
      await writeFile(settingsFile, settingsText({ ...projectTunnels(facts), broken: wrong }));
    });

    it('is underlined at the faulty part of the text', async () => {
      await eventually(
        () => ours().some(({ message }) => message.includes('A port must be')),
        () => JSON.stringify(ours()),
      );
      const [{ range, message, severity } = assert.fail()] = ours();
      const line = (await readFile(settingsFile, 'utf8')).split('\n')[range.start.line] ?? '';
      assert.equal(line.slice(range.start.character, range.end.character), '99999');
      assert.equal(range.end.line, range.start.line);
      assert.equal(severity, vscode.DiagnosticSeverity.Error);
      assert.match(message, /^A port must be a number from 1 to 65535\.$/);
    });

    it('follows the text while it is edited, even unsaved', async () => {
      const document = await vscode.workspace.openTextDocument(settingsFile);
      const editor = await vscode.window.showTextDocument(document);
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 1), '\n\n'));
      const line = (): number => ours()[0]?.range.start.line ?? -1;
      const before = line();
      await eventually(
        () => line() >= 0 && line() !== before,
        () => String(line()),
      );
      const at = document.getText().indexOf('99999');
      const range = new vscode.Range(document.positionAt(at), document.positionAt(at + 5));
      await editor.edit((edit) => edit.replace(range, '80'));
      await problemCount(0);
      await document.save();
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    });

    it('disappears when it is fixed', async () => {
      await writesUntil(1, { ...projectTunnels(facts), broken: wrong });
      await writesUntil(0, { ...projectTunnels(facts), broken: { host: 'test-sshd' } });
      await writesUntil(1, projectTunnels(facts));
    });
  });

  describe("an override in the user's settings", () => {
    let api: SshTunnelsApi;
    const staging = (): ReturnType<typeof tunnel> => tunnel(api, 'workspace:staging');
    const override = (value: unknown): Thenable<void> =>
      vscode.workspace
        .getConfiguration()
        .update('sshTunnels.overrides', value, vscode.ConfigurationTarget.Global);

    before(async () => {
      api = await activate();
      await api.start('staging');
    });
    after(() => override(undefined));

    it("changes a forward's local port without changing the project", async () => {
      const before = portOf(forward(staging(), 'Page'));
      const text = await readFile(settingsFile, 'utf8');
      const elsewhere = await freePort();
      await override({ staging: { listen: { Page: `127.0.0.7:${elsewhere}` } } });
      await eventually(
        () => JSON.stringify(staging().forwards[0]?.bound) === `[{"host":"127.0.0.7","port":${elsewhere}}]`,
        () => JSON.stringify(staging()),
      );
      await untilRefused(before);
      assert.equal(await readFile(settingsFile, 'utf8'), text);
      await override(undefined);
      await eventually(
        () =>
          forward(staging(), 'Page').bound.length === 2 && portOf(forward(staging(), 'Page')) !== elsewhere,
        () => JSON.stringify(staging()),
      );
      assert.equal((await exchange(portOf(forward(staging(), 'Page')))).received.toString(), pageText);
    });

    it("stops the project's tunnels while the overrides can't be understood, and says why", async () => {
      await override(['staging']);
      await eventually(
        () => staging().status === 'failed',
        () => JSON.stringify(staging()),
      );
      assert.match(
        staging().error?.message ?? '',
        /^sshTunnels\.overrides: It must be an object.* the tunnel stays off\./,
      );
      await override(undefined);
      await api.start('staging');
    });

    it('stops a tunnel that it disables, and removes its variables from terminals', async () => {
      await override({ staging: { disabled: true } });
      await eventually(
        () => staging().status === 'stopped',
        () => JSON.stringify(staging()),
      );
      const terminal = vscode.window.createTerminal();
      assert.equal(await printed(terminal, '[$ECHO_PORT]'), '[]');
      terminal.dispose();
      await override(undefined);
      await eventually(
        () => staging().status === 'up',
        () => JSON.stringify(staging()),
      );
    });

    it('that is invalid stops only its own tunnel, and the problem says where it is', async () => {
      await override({ staging: { listen: { Page: 99_999 } } });
      await eventually(
        () => staging().error?.code === 'InvalidDefinition',
        () => JSON.stringify(staging()),
      );
      assert.match(staging().error?.message ?? '', /sshTunnels\.overrides\.staging\.listen\.Page/);
      assert.equal(tunnel(api, 'user:own everywhere').status, 'up');
      await vscode.commands.executeCommand('workbench.action.openSettingsJson');
      const underlined = (): string | undefined => {
        const editor = vscode.window.activeTextEditor;
        const [first] = editor ? vscode.languages.getDiagnostics(editor.document.uri).filter(isOurs) : [];
        return first && editor?.document.getText(first.range);
      };
      await eventually(
        () => underlined() === '"Page": 99999',
        () => `${vscode.window.activeTextEditor?.document.uri.toString() ?? ''} ${underlined() ?? ''}`,
      );
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await override(undefined);
      await eventually(
        () => staging().status === 'up',
        () => JSON.stringify(staging()),
      );
    });
  });

  describe('the log of a tunnel', () => {
    /** The text of the output channel that is shown with this name. */
    const shown = (name: string): string =>
      vscode.workspace.textDocuments
        .find(({ uri }) => uri.scheme === 'output' && uri.path.endsWith(`${name}.log`))
        ?.getText() ?? '';

    it('has the lines of this tunnel alone, those from before it was shown and those after', async () => {
      const api = await activate();
      await api.start('staging');
      await api.stop('manual');
      await vscode.commands.executeCommand('sshTunnels.showLog', 'staging');
      await eventually(
        () => /\[info\] [\d:.]{12} Connected to /.test(shown('staging')),
        () => shown('staging'),
      );
      const connects = (): number => shown('staging').split('Connected to ').length;
      const before = connects();
      await vscode.commands.executeCommand('sshTunnels.showLog', 'manual');
      await api.start('manual');
      await eventually(
        () => shown('manual').includes('[info] Connected to '),
        () => shown('manual'),
      );
      await vscode.commands.executeCommand('sshTunnels.showLog', 'staging');
      await api.stop('staging');
      await eventually(
        () => shown('staging').includes('[info] Stopping'),
        () => shown('staging'),
      );
      assert.equal(connects(), before, 'it has a line of the other tunnel');
      await vscode.commands.executeCommand('sshTunnels.showLog');
      await eventually(
        () =>
          shown('SSH Tunnels').includes('[manual] Connected to ') &&
          shown('SSH Tunnels').includes('[staging] Stopping'),
        () => shown('SSH Tunnels'),
      );
      await vscode.commands.executeCommand('workbench.action.closePanel');
      await api.start('staging');
    });
  });

  describe('the details of a tunnel', () => {
    const tabs = (): string[] =>
      vscode.window.tabGroups.all.flatMap(({ tabs: all }) =>
        all.filter(({ input }) => input instanceof vscode.TabInputWebview).map(({ label }) => label),
      );

    it('open in one panel, both on request and for an explanation', async () => {
      await vscode.commands.executeCommand('sshTunnels.showDetails', 'staging');
      await eventually(
        () => tabs().length === 1,
        () => tabs().join(),
      );
      await vscode.commands.executeCommand('sshTunnels.explain', 'staging/Closed');
      await vscode.commands.executeCommand('sshTunnels.explain', 'broken');
      await eventually(
        () => tabs().length === 2,
        () => tabs().join(),
      );
      assert.deepEqual(tabs(), ['Tunnel details: staging', 'Tunnel details: broken']);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });
  });
}
