// The rules of this project that no linter brings along, as a plugin for oxlint.

/** @typedef {{ node: unknown, message: string }} Report */
/** @typedef {{ report: (report: Report) => void }} Context */

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
