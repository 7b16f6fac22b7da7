// A fake `vscode` module: records what it was given to show.
import { english } from '../../src/tunnels/util/l10n';
import { replaceVscode } from './vscodeOutsideEditor';

/** A call of `vscode.window`, with its arguments. */
export interface ShownCall {
  readonly name: string;
  readonly args: readonly unknown[];
}

const calls: ShownCall[] = [];
const noAnswer = (_call: ShownCall): unknown => undefined;
let answer = noAnswer;
const window = new Proxy(
  {},
  {
    get: (_target, name) =>
      name === 'activeTextEditor'
        ? undefined
        : (...args: readonly unknown[]): unknown => {
            const call = { name: String(name), args };
            calls.push(call);
            if (call.name === 'createOutputChannel') {
              return window;
            }
            return call.name === 'createWebviewPanel' ? answer(call) : Promise.resolve(answer(call));
          },
  },
);
class EventEmitter<T> {
  readonly #listeners = new Set<(event: T) => void>();

  readonly event = (listener: (event: T) => void): { dispose(): void } => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(event: T): void {
    for (const listener of this.#listeners) {
      listener(event);
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** What `vscode.workspace` has of settings and folders; a test fills it. */
export interface FakeWorkspace {
  readonly workspaceFile: object | undefined;
  readonly workspaceFolders: readonly object[];
  readonly inspect: (key: string, folder: unknown) => object | undefined;
  readonly update?: (key: string, value: unknown) => void;
}

let workspace: FakeWorkspace | undefined;

export function setWorkspace(next: FakeWorkspace | undefined): void {
  workspace = next;
}

const fake = {
  window,
  get workspace(): object | undefined {
    const current = workspace;
    return (
      current && {
        workspaceFile: current.workspaceFile,
        workspaceFolders: current.workspaceFolders,
        getConfiguration: (_section: undefined, folder: unknown) => ({
          get: () => undefined,
          inspect: (key: string) => current.inspect(key, folder),
          update: (key: string, value: unknown) => Promise.resolve(current.update?.(key, value)),
        }),
      }
    );
  },
  l10n: english,
  env: {
    language: 'en',
    openExternal: (...args: readonly unknown[]) =>
      Promise.resolve(calls.push({ name: 'openExternal', args })),
    clipboard: {
      writeText: (...args: readonly unknown[]) => Promise.resolve(calls.push({ name: 'writeText', args })),
    },
  },
  EventEmitter,
  CancellationTokenSource: class {
    readonly token = {};
    readonly cancel = (): undefined => undefined;
    readonly dispose = (): undefined => undefined;
  },
  ConfigurationTarget: { Global: 1 },
  InputBoxValidationSeverity: { Info: 1 },
  ProgressLocation: { Notification: 15 },
  QuickPickItemKind: { Separator: -1 },
  CustomExecution: Object,
  Task: class {
    readonly definition: unknown;
    constructor(definition: unknown) {
      this.definition = definition;
    }
  },
  TaskPanelKind: { Dedicated: 2 },
  TaskRevealKind: { Silent: 2 },
  TaskScope: { Workspace: 2 },
  ThemeColor: Object,
  ThemeIcon: Object,
  TreeItem: class {
    readonly label: string;
    readonly collapsibleState: number;
    constructor(label: string, collapsibleState: number) {
      this.label = label;
      this.collapsibleState = collapsibleState;
    }
  },
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  Uri: { joinPath: (...parts: readonly unknown[]) => parts.join('/') },
  ViewColumn: { Active: -1 },
};

/** Imports a module that imports `vscode`, with the fake one. */
export async function withFakeVscode<T>(load: () => Promise<T>): Promise<T> {
  const undo = replaceVscode(fake);
  try {
    return await load();
  } finally {
    undo();
  }
}

/** What the user answers to whatever is shown; undefined: nothing. */
export function setAnswer(next: ((call: ShownCall) => unknown) | undefined): void {
  answer = next ?? noAnswer;
}

/** Everything shown since the last call of this. */
export function takeShown(): readonly ShownCall[] {
  return calls.splice(0);
}
