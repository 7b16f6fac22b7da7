// Shows problems of tunnels in the settings files, while they are edited: the folders' files, the .code-workspace file,
// and the user's file while it is open (an extension can't find it otherwise).
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { describeFault } from '../../../tunnels/util/shown';
import { untranslated } from '../../../tunnels/util/l10n';
import { fullPlainText } from '../../../views/words/format';
import { localize } from '../../../tunnels/util/l10n';
import { Restartable } from '../../../tunnels/util/pacing/restartable';
import { Slices } from '../../../tunnels/util/pacing/slices';
import type { PortFacts } from '../../../tunnels/config/portHints';
import { isFromWorkspace } from '../configuredTunnel';
import type { ConfiguredTunnel } from '../configuredTunnel';
import { folderSettings, workspaceSettings } from '../writeTunnels';
import { isSettings, isUserSettings } from '../settingsText';
import { settingsMarks } from './findProblems';
import type { Mark, MarkOptions } from './findProblems';

/** Far more than settingsMarks() checks. */
const maxFileBytes = 4 * 1024 * 1024;
/** Milliseconds without a keystroke before the file is checked. */
const debounceMs = 250;

interface DiagnosticsOptions {
  readonly ports: PortFacts;
  readonly tunnels: () => readonly ConfiguredTunnel[];
  readonly log: (line: string) => void;
}

export class SettingsDiagnostics implements vscode.Disposable {
  readonly #options: DiagnosticsOptions;
  readonly #collection = vscode.languages.createDiagnosticCollection('sshTunnels');
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly #checking = new Restartable(
    (signal) => this.#update(signal),
    (error) => this.#options.log(`The settings can't be checked: ${describeFault(error)}`),
  );
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DiagnosticsOptions) {
    this.#options = options;
    const watcher = vscode.workspace.createFileSystemWatcher('**/{.vscode/settings.json,*.code-workspace}');
    const soon = (document: vscode.TextDocument): void => {
      if (isSettings(document.uri)) {
        this.updateSoon();
      }
    };
    this.#subscriptions = [
      watcher,
      watcher.onDidChange(() => this.updateSoon()),
      watcher.onDidCreate(() => this.updateSoon()),
      watcher.onDidDelete(() => this.updateSoon()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => soon(document)),
      vscode.workspace.onDidOpenTextDocument(soon),
      vscode.workspace.onDidCloseTextDocument(soon),
      // The editor's watchers may miss a change.
      vscode.window.onDidChangeActiveTextEditor((editor) => editor && soon(editor.document)),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#checking.dispose();
    for (const disposable of [...this.#subscriptions, this.#collection]) {
      disposable.dispose();
    }
  }

  /** The marks of the text as it is now. */
  async marksIn(document: vscode.TextDocument): Promise<readonly Mark[]> {
    const options = this.#files().get(document.uri.toString());
    return options ? new Slices().run(settingsMarks(document.getText(), options)) : [];
  }

  updateSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#checking.request(), debounceMs);
  }

  /** One file after the other, in short slices. */
  async #update(signal: AbortSignal): Promise<void> {
    const found: [vscode.Uri, readonly vscode.Diagnostic[]][] = [];
    for (const [address, options] of this.#files()) {
      const uri = vscode.Uri.parse(address, true);
      found.push([uri, (await this.#marksOf(uri, options, signal)).map(diagnostic)]);
    }
    signal.throwIfAborted();
    this.#collection.clear();
    this.#collection.set(found);
  }

  /** A fault in one file loses the marks of that file only. */
  async #marksOf(uri: vscode.Uri, options: MarkOptions, signal: AbortSignal): Promise<readonly Mark[]> {
    try {
      const text = await textOf(uri);
      return text === undefined ? [] : await new Slices(signal).run(settingsMarks(text, options));
    } catch (error) {
      signal.throwIfAborted();
      this.#options.log(`The settings in ${uri.path} can't be checked: ${describeFault(error)}`);
      return [];
    }
  }

  /** By URI: the same folder may be in the workspace twice. */
  #files(): Map<string, MarkOptions> {
    const { ports } = this.#options;
    const home = homedir();
    const variables = { home, workspaceFolder: undefined };
    const files = new Map<string, MarkOptions>();
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      files.set(folderSettings(uri).uri.toString(), {
        within: [],
        ports,
        variables: { home, workspaceFolder: uri.fsPath },
      });
    }
    if (vscode.workspace.workspaceFile) {
      files.set(workspaceSettings().uri.toString(), { within: ['settings'], ports, variables });
    }
    for (const { uri } of vscode.workspace.textDocuments) {
      if (isUserSettings(uri)) {
        files.set(uri.toString(), { within: [], ports, variables, labels: this.#labels() });
      }
    }
    return files;
  }

  #labels(): ReadonlyMap<string, readonly string[]> {
    const labels = new Map<string, string[]>();
    for (const { name, origin, entry, projectEntry } of this.#options.tunnels()) {
      if (isFromWorkspace(origin)) {
        const own = ((projectEntry ?? entry)?.definition.forwards ?? []).map(({ label }) => label);
        const known = labels.get(name) ?? [];
        known.push(...own);
        labels.set(name, known);
      }
    }
    return labels;
  }
}

/**
 * The text being edited, or else the one on disk; undefined: there is no such file. A document without changes is read
 * from disk too: the editor may not have noticed yet that another program has written the file.
 */
async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open?.isDirty) {
    return open.getText();
  }
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) === 0 || size > maxFileBytes) {
      return undefined;
    }
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

function diagnostic({ start, end, kind, message }: Mark): vscode.Diagnostic {
  const { Error, Information } = vscode.DiagnosticSeverity;
  const made = new vscode.Diagnostic(
    new vscode.Range(start.line, start.character, end.line, end.character),
    fullPlainText(localize(message, vscode.l10n)),
    kind === 'problem' ? Error : Information,
  );
  made.source = untranslated`SSH Tunnels`;
  return made;
}
