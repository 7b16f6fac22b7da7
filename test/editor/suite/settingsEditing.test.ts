// A settings file in the editor: the states and actions above tunnels, hovers, hosts to complete, and quick fixes.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { SshTunnelsApi } from '../../../src/extension/api.d';
import { projectTunnels, settingsText } from '../testProject';
import { activate, eventually, facts, tunnel } from './extensionUnderTest';

const file = vscode.Uri.file(join(facts.folder, '.vscode/settings.json'));

async function positionOf(text: string): Promise<vscode.Position> {
  const document = await vscode.workspace.openTextDocument(file);
  const at = document.getText().indexOf(text);
  assert.ok(at >= 0, `${text} in ${document.getText()}`);
  return document.positionAt(at + 1);
}

/** Above the line with this text. */
async function lensesAt(text: string): Promise<readonly vscode.Command[]> {
  const { line } = await positionOf(text);
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    file,
  );
  return lenses.filter(({ range }) => range.start.line === line).flatMap(({ command }) => command ?? []);
}

async function titlesAt(text: string): Promise<readonly string[]> {
  return (await lensesAt(text)).map(({ title }) => title);
}

async function press(text: string, title: string): Promise<void> {
  const command = (await lensesAt(text)).find((each) => each.title === title);
  assert.ok(command, `${title} in ${JSON.stringify(await titlesAt(text))}`);
  await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
}

export function settingsEditingTests(): void {
  describe('a settings file', () => {
    let api: SshTunnelsApi;
    let text: string;

    before(async () => {
      api = await activate();
      text = await readFile(file.fsPath, 'utf8');
      await api.start('staging');
    });
    after(async () => {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await writeFile(file.fsPath, text);
    });

    it('shows the state of each tunnel, which can be stopped and started there', async () => {
      assert.deepEqual((await titlesAt('"staging"')).slice(1), ['Stop']);
      assert.match((await titlesAt('"staging"'))[0] ?? '', /^\$\(pass-filled\) /);
      await press('"staging"', 'Stop');
      assert.equal(tunnel(api, 'workspace:staging').status, 'stopped');
      assert.deepEqual(await titlesAt('"staging"'), ['$(circle-large-outline) stopped', 'Start']);
      await press('"staging"', 'Start');
      assert.equal(tunnel(api, 'workspace:staging').status, 'up');
    });

    it('shows the row of a tunnel, and of a forward, in a hover', async () => {
      const hoverAt = async (text: string): Promise<string> => {
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
          'vscode.executeHoverProvider',
          file,
          await positionOf(text),
        );
        return hovers
          .flatMap(({ contents }) => contents)
          .map((content) =>
            content instanceof vscode.MarkdownString ? content.value : JSON.stringify(content),
          )
          .join('\n');
      };
      assert.match(await hoverAt('"staging"'), /\*\*staging\*\*: up since/);
      assert.match(await hoverAt('"Page"'), /\*\*Page\*\*: listening/);
    });

    it('completes a host with those of the SSH config', async () => {
      const document = await vscode.workspace.openTextDocument(file);
      const at = document.getText().indexOf('"test-sshd"');
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        file,
        document.positionAt(at + 2),
      );
      const item = list.items.find(({ detail }) => detail === 'Host of your SSH config');
      assert.ok(item, JSON.stringify(list.items.map(({ label }) => label)));
    });

    it('offers the property that was meant, to remove one, and another port', async () => {
      const wrong = {
        hots: 'test-sshd',
        password: 'hunter2',
        localForward: { listen: 40_000, target: 'localhost:80', label: 'Far' },
      };
      await writeFile(file.fsPath, settingsText({ ...projectTunnels(facts), wrong }));
      const document = await vscode.workspace.openTextDocument(file);
      await eventually(
        () => document.getText().includes('hunter2'),
        () => document.getText(),
      );
      await vscode.window.showTextDocument(document);
      const marks = (): readonly string[] =>
        vscode.languages.getDiagnostics(file).map(({ source }) => source ?? 'the editor');
      // The misspelt host, the password, and a target of the project that has no port.
      await eventually(
        () => marks().length === 3,
        () => JSON.stringify(vscode.languages.getDiagnostics(file)),
      );
      assert.deepEqual(new Set(marks()), new Set(['SSH Tunnels']), 'nothing is said twice');
      const fix = async (text: string, title: RegExp): Promise<void> => {
        const position = await positionOf(text);
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          'vscode.executeCodeActionProvider',
          file,
          new vscode.Range(position, position),
        );
        const action = actions.find((each) => title.test(each.title));
        assert.ok(action?.edit, `${String(title)} in ${JSON.stringify(actions.map((each) => each.title))}`);
        assert.ok(await vscode.workspace.applyEdit(action.edit));
      };
      await fix('"password"', /^Remove "password"$/);
      await fix('"hots"', /^Change to "host"$/);
      assert.deepEqual(
        (JSON.parse(document.getText()) as Record<string, Record<string, unknown>>)['sshTunnels.tunnels']?.[
          'wrong'
        ],
        { host: 'test-sshd', localForward: wrong.localForward },
      );
      await fix('"listen": 40000', /^Use port 1\d{4}$/);
      assert.doesNotMatch(document.getText(), /40000/);
    });
  });
}
