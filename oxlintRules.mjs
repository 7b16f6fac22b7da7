// A plugin for oxlint: the rules of this project.
import path from 'node:path';

/** A file may import from its own folder and from the folders after it in this list. */
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
/** Imports ssh2, so it may only run in the daemon. Reading ssh_config does not import ssh2. */
const daemonOnly = /^src\/tunnels\/(daemon\/(server|tunnel)|forwards|ssh\/(?!config\/))/;
/** Part of the extension's bundle. */
const bundledWithExtension =
  /^src\/(extension|views|tunnels\/(daemon\/(client|protocol|endpoint)|model|errors|config|util))\//;

/**
 * @returns the error message for an import; undefined: the import is allowed
 * @param {string} from path of the importing file, from the root of the project
 * @param {string} module as written in the import
 */
function wrongImport(from, module) {
  if (module === 'vscode') {
    return from.startsWith('src/tunnels/')
      ? 'The tunnel service is plain Node: it must not import vscode.'
      : undefined;
  }
  const daemonOnlyError = bundledWithExtension.test(from)
    ? 'This runs in the daemon only: it imports ssh2.'
    : undefined;
  if (/^ssh2(\/|$)/.test(module)) return daemonOnlyError;
  if (!module.startsWith('.')) return undefined;
  const target = path.posix.join(path.posix.dirname(from), module);
  if (daemonOnly.test(target)) return daemonOnlyError ?? wrongDirection(from, target);
  return wrongDirection(from, target);
}

/**
 * @param {string} from
 * @param {string} target
 */
function wrongDirection(from, target) {
  const rankOf = (/** @type {string} */ file) => order.findIndex((folder) => file.startsWith(`${folder}/`));
  const [here, there] = [rankOf(from), rankOf(target)];
  if (here < 0 || there < 0 || there >= here) return undefined;
  return `Imports run one way: ${order.map((folder) => path.posix.basename(folder)).join(' → ')}.`;
}

/** @typedef {{ node: unknown, message: string }} Report */
/** @typedef {{ report: (report: Report) => void, filename: string, cwd: string }} Context */
/** @typedef {{ source?: { value?: unknown } | null }} Importing */

/**
 * Makes a rule that reports every match of a selector (https://estools.github.io/esquery/) with its message.
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

/**
 * A node of the syntax tree (https://github.com/estree/estree).
 * @typedef {{ type: string, parent?: Node, [property: string]: any }} Node
 */

/** Matches two words, or a word next to a value. `\uFFFC` stands for a `${value}` of a template. */
const words = /\p{L}[.,:;!?…)"'”’]*\s+["'“‘(]*[\p{L}\uFFFC]|\uFFFC[.,:;!?…)"'”’]*\s+["'“‘(]*\p{L}{2}/u;
/** Tags, styles and icons are not text; the text between tags is. */
const markup = /<style>.*?<\/style>|<[^<>]+>|\$\([\w~-]+\)/gs;

/**
 * Whether the literal holds text that a person may read.
 * @param {Node} node Literal or TemplateLiteral
 */
function hasWords(node) {
  const text =
    node.type === 'Literal'
      ? node['value']
      : node['quasis'].map((/** @type {Node} */ quasi) => quasi['value'].cooked).join('\uFFFC');
  return typeof text === 'string' && words.test(text.replaceAll(markup, '\n'));
}

/**
 * The name after the last dot: `t` of `vscode.l10n.t`.
 * @param {Node} node
 * @returns {string | undefined}
 */
function lastName(node) {
  return node.type === 'MemberExpression' ? node['property'].name : node['name'];
}

/** @param {Node} callee */
function isTranslation(callee) {
  return lastName(callee) === 't' && callee['object'] !== undefined && lastName(callee['object']) === 'l10n';
}

/**
 * What is wrong with these arguments of `l10n.t()`; undefined: nothing.
 * @param {readonly Node[]} args
 */
function translationFault([text, values]) {
  const literal = text?.type === 'TemplateLiteral' ? text['quasis'] : [];
  const message = text?.['value'] ?? (literal.length === 1 ? literal[0].value.cooked : undefined);
  if (typeof message !== 'string') return 'l10n.t() takes one literal, with {placeholders}.';
  const given = values === undefined ? [] : namesIn(values);
  if (given === undefined)
    return 'The values stand in an object literal nearby, so that they can be checked.';
  const wanted = [...message.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
  const missing = wanted.filter((name) => !given.includes(name));
  if (missing.length > 0) return `No value for {${missing[0]}}.`;
  // Values with a name of their own may be for several texts.
  return values?.type !== 'ObjectExpression' || given.every((name) => wanted.includes(name))
    ? undefined
    : 'Each value has a {placeholder} of its name.';
}

/**
 * The names of the values in an object literal, or in the one that a name nearby stands for; undefined: not found.
 * @param {Node | undefined} values
 * @returns {readonly string[] | undefined}
 */
function namesIn(values) {
  if (values?.type === 'Identifier') return namesIn(valueOf(values['name'], values));
  if (values?.type !== 'ObjectExpression') return undefined;
  /** @type {readonly (readonly string[] | undefined)[]} */
  const names = values['properties'].map((/** @type {Node} */ each) =>
    each.type === 'SpreadElement' ? namesIn(each['argument']) : [each['key'].name],
  );
  return names.includes(undefined) ? undefined : names.flatMap((each) => each ?? []);
}

/**
 * What a constant of a block around was made with, or what `localized(values => …, {…})` hands over.
 * @param {string} name
 * @param {Node | undefined} from
 * @returns {Node | undefined}
 */
function valueOf(name, from) {
  for (let node = from; node !== undefined; node = node.parent) {
    if (node['params']?.some((/** @type {Node} */ each) => each['name'] === name)) {
      const call = node.parent;
      return call?.type === 'CallExpression' && lastName(call['callee']) === 'localized'
        ? call['arguments'][1]
        : undefined;
    }
    const statements = Array.isArray(node['body']) ? node['body'] : [];
    for (const { declarations = [] } of statements) {
      const found = declarations.find((/** @type {Node} */ each) => each['id'].name === name);
      if (found) return found.init;
    }
  }
  return undefined;
}

/**
 * `log(…)`, `options.log(…)`, `log.warn(…)`.
 * @param {Node} callee
 */
function isLog(callee) {
  return (
    lastName(callee) === 'log' || (callee['object'] !== undefined && lastName(callee['object']) === 'log')
  );
}

/**
 * Whether the value of this expression is not shown as it is: it is translated, logged, compared, split, a CSS class,
 * marked as `untranslated`, or the message of a TypeError or RangeError, which reports a mistake in the program.
 * @param {Node} node
 * @returns {boolean}
 */
function isNotShown(node) {
  const parent = node.parent;
  switch (parent?.type) {
    case 'CallExpression':
      if (parent['callee'] === node) return false;
      return isLog(parent['callee']) || (isTranslation(parent['callee']) && parent['arguments'][0] === node);
    case 'NewExpression':
      return /^(Type|Range)Error$/.test(lastName(parent['callee']) ?? '');
    case 'TaggedTemplateExpression':
      return lastName(parent['tag']) === 'untranslated';
    case 'BinaryExpression':
      return parent['operator'] === '+' ? isNotShown(parent) : true;
    case 'MemberExpression':
      return lastName(parent) === 'split';
    case 'Property':
      return parent['key'] === node ? !parent['computed'] : parent['key'].name === 'class';
    case 'SwitchCase':
    case 'TSLiteralType':
      return true;
    case 'ConditionalExpression':
    case 'LogicalExpression':
    case 'TemplateLiteral':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return isNotShown(parent);
    default:
      return false;
  }
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
    // The extraction of texts (https://github.com/microsoft/vscode-l10n) only finds literals.
    'l10n-literal': {
      /** @param {Context} context */
      create: (context) => ({
        /** @param {Node} node */
        CallExpression: (node) => {
          const message = isTranslation(node['callee']) ? translationFault(node['arguments']) : undefined;
          if (message !== undefined) context.report({ node, message });
        },
      }),
    },
    'localized-text': {
      /** @param {Context} context */
      create: (context) => {
        /** @param {Node} node */
        const check = (node) => {
          if (!hasWords(node) || isNotShown(node)) return;
          const message =
            'Shown text is an l10n.t() call; what is shown as it is, such as a command, untranslated`…`.';
          context.report({ node, message });
        };
        return { Literal: check, TemplateLiteral: check };
      },
    },
    'no-barrel-files': forbid({ ExportAllDeclaration: 'No barrel files.' }),
    // Each way to show text is used in one file only. There, control characters in text from servers are removed.
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

// oxlint requires a default export.
export default plugin;
