// Lint rules: strict types, no floating promises, and imports that run one way only.
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Forbids imports of the given rooms, with the reason.
 * @param {readonly Rule[]} rules
 * @returns {Partial<import('eslint').Linter.RulesRecord>}
 */
function mayNotImport(...rules) {
  const patterns = rules.map(([regex, message]) => ({ regex, message }));
  return { 'no-restricted-imports': ['error', { patterns }] };
}

/** @typedef {readonly [regex: string, message: string]} Rule */
/** @type {Rule} */
const noVscode = ['^vscode$', 'The tunnel service is plain Node; it must not know VS Code.'];
/** @type {Rule} */
const noExtension = ['/extension(/|$)', 'Imports run extension → views → tunnels, never back.'];
/** @type {Rule} */
const noViews = ['/views(/|$)', 'Imports run extension → views → tunnels, never back.'];
/** @type {Rule} */
const noHost = ['/host(/|$)', 'Inside tunnels imports run host → forwards → ssh → model, never back.'];
/** @type {Rule} */
const noForwards = [
  '/forwards(/|$)',
  'Inside tunnels imports run host → forwards → ssh → model, never back.',
];
/** @type {Rule} */
const noSsh = ['/ssh(/|$)', 'Inside tunnels imports run host → forwards → ssh → model, never back.'];
/** @type {Rule} */
const noSsh2 = ['^ssh2', 'ssh2 runs in the tunnel host only.'];

const ofEveryFile = [
  { selector: 'ExportDefaultDeclaration', message: 'No default exports.' },
  { selector: 'ExportAllDeclaration', message: 'No barrel files.' },
];

/** What shows text has one place each, where text that others wrote becomes plain. */
const shownTexts = [
  {
    selector:
      "MemberExpression[object.property.name='window'][property.name=/^(show.*Message|showQuickPick|showInputBox|create(QuickPick|InputBox)|setStatusBarMessage)$/]",
    message: 'Messages, lists and boxes are shown by extension/show.ts.',
  },
  {
    selector: "MemberExpression[object.property.name='ProgressLocation'][property.name='Notification']",
    message: 'Progress at the side is shown by extension/show.ts.',
  },
  {
    selector: "MemberExpression[property.name='createOutputChannel']",
    message: 'The log is written by extension/plainLog.ts.',
  },
  {
    selector: 'NewExpression[callee.property.name=/^(MarkdownString|TreeItem)$/]',
    message: 'Rows and hovers are made by views/treeItems.ts.',
  },
];

export default defineConfig(
  { ignores: ['dist/', 'dist-test/', '.vscode-test/', 'test-results/', 'node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      'no-restricted-syntax': ['error', ...ofEveryFile],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/extension/show.ts', 'src/extension/plainLog.ts', 'src/views/treeItems.ts'],
    rules: { 'no-restricted-syntax': ['error', ...ofEveryFile, ...shownTexts] },
  },
  { files: ['src/views/**'], rules: mayNotImport(noExtension, noSsh2) },
  // The extension talks to the host; of what is below it, it lists the hosts of ssh_config, which starts nothing.
  {
    files: ['src/extension/**'],
    rules: mayNotImport(noSsh2, noForwards, [
      '/ssh/(?!configTunnels$)',
      'That runs in the tunnel host only.',
    ]),
  },
  { files: ['src/tunnels/host/**'], rules: mayNotImport(noVscode, noExtension, noViews) },
  // The client's side of the host: what ends up in the extension's bundle.
  {
    files: ['src/tunnels/host/{client,launch,rendezvous,handshake,protocol,rpc}.ts'],
    rules: mayNotImport(noVscode, noExtension, noViews, noSsh, noSsh2, [
      '/forwards/(?!ownFile$)',
      'The client imports nothing that could bring ssh2 along.',
    ]),
  },
  { files: ['src/tunnels/forwards/**'], rules: mayNotImport(noVscode, noExtension, noViews, noHost) },
  { files: ['src/tunnels/ssh/**'], rules: mayNotImport(noVscode, noExtension, noViews, noHost, noForwards) },
  {
    files: ['src/tunnels/model/**'],
    rules: mayNotImport(noVscode, noExtension, noViews, noHost, noForwards, noSsh, noSsh2),
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
