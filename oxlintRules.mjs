// The rules of this project that no linter brings along, as a plugin for oxlint.
import path from 'node:path';

/**
 * Where imports may lead: from a folder into itself, and into those below it in this list, never back.
 * The first that fits counts, so that a part of a folder may have a place of its own.
 */
const order = [
  'src/extension',
  'src/views',
  'src/tunnels/daemon',
  'src/tunnels/forwards',
  'src/tunnels/ssh',
  'src/tunnels/model',
  'src/tunnels/errors',
  'src/tunnels/config',
  'src/tunnels/util',
];
/** What brings ssh2 along, and so runs in the daemon alone. Reading ssh_config does not. */
const daemonOnly = /^src\/tunnels\/(daemon\/(server|tunnel)|forwards|ssh\/(?!config\/))/;
/** What ends up in the extension's bundle. */
const bundledWithExtension =
  /^src\/(extension|views|tunnels\/(daemon\/(client|protocol)|model|errors|config|util))\//;

/**
 * What is wrong with an import; undefined: nothing.
 * @param {string} from path of the importing file, from the root of the project
 * @param {string} module as it is written there
 */
function wrongImport(from, module) {
  if (module === 'vscode') {
    return from.startsWith('src/tunnels/')
      ? 'The tunnel service is plain Node; it must not know VS Code.'
      : undefined;
  }
  const daemonAlone = bundledWithExtension.test(from)
    ? 'That runs in the daemon only: it brings ssh2 along.'
    : undefined;
  if (/^ssh2(\/|$)/.test(module)) return daemonAlone;
  if (!module.startsWith('.')) return undefined;
  const target = path.posix.join(path.posix.dirname(from), module);
  if (daemonOnly.test(target)) return daemonAlone ?? wrongDirection(from, target);
  return wrongDirection(from, target);
}

/**
 * @param {string} from
 * @param {string} target
 */
function wrongDirection(from, target) {
  const placeOf = (/** @type {string} */ file) => order.findIndex((folder) => file.startsWith(`${folder}/`));
  const [here, there] = [placeOf(from), placeOf(target)];
  if (here < 0 || there < 0 || there >= here) return undefined;
  return `Imports run one way: ${order.map((folder) => path.posix.basename(folder)).join(' → ')}.`;
}

/** @typedef {{ node: unknown, message: string }} Report */
/** @typedef {{ report: (report: Report) => void, filename: string, cwd: string }} Context */
/** @typedef {{ source?: { value?: unknown } | null }} Importing */

/**
 * Each selector (https://estools.github.io/esquery/) with what is wrong where it matches.
 * @param {Readonly<Record<string, string>>} selectors
 */
function forbid(selectors) {
  return {
    /** @param {Context} context */
    create: (context) =>
      Object.fromEntries(
        Object.entries(selectors).map(([selector, message]) => [
          selector,
          /** @param {unknown} node */
          (node) => context.report({ node, message }),
        ]),
      ),
  };
}

const plugin = {
  meta: { name: 'project' },
  rules: {
    'imports-one-way': {
      /** @param {Context} context */
      create: (context) => {
        const from = path.relative(context.cwd, context.filename).replaceAll(path.sep, '/');
        /** @param {Importing} node */
        const check = (node) => {
          const module = node.source?.value;
          const message = typeof module === 'string' ? wrongImport(from, module) : undefined;
          if (message !== undefined) context.report({ node, message });
        };
        return {
          ImportDeclaration: check,
          ImportExpression: check,
          ExportNamedDeclaration: check,
          TSImportType: check,
        };
      },
    },
    'no-barrel-files': forbid({ ExportAllDeclaration: 'No barrel files.' }),
    // What shows text has one place each, where text that others wrote becomes plain.
    'shown-text': forbid({
      "MemberExpression[object.property.name='window'][property.name=/^(show.*Message|showQuickPick|showInputBox|create(QuickPick|InputBox)|setStatusBarMessage)$/]":
        'Messages, lists and boxes are shown by extension/ui/dialogs.ts.',
      "MemberExpression[object.property.name='ProgressLocation'][property.name='Notification']":
        'Progress at the side is shown by extension/ui/dialogs.ts.',
      "MemberExpression[property.name='createOutputChannel']":
        'The log is written by extension/ui/outputChannel.ts.',
      'NewExpression[callee.property.name=/^(MarkdownString|TreeItem)$/]':
        'Rows and hovers are made by views/tree/treeItems.ts.',
    }),
  },
};

// oxlint asks for a default export.
export default plugin;
