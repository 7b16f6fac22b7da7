// The lint reports samples of forbidden code, in a small project with the real configuration.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { repoRoot } from '../support/setup.mjs';
import { tempDir } from '../support/tempDir';

const imports = 'project(imports-one-way)';

/** Files by path. A line that breaks a rule names it behind `// !`; all others are allowed. */
const samples: Readonly<Record<string, string>> = {
  'src/views/sample.ts': importing({
    forbidden: [
      '../extension/core',
      'ssh2',
      '../tunnels/ssh/session/session',
      '../tunnels/daemon/server/main',
    ],
    allowed: ['../tunnels/model/state', 'vscode'],
  }),
  'src/extension/ui/sample.ts': importing({
    forbidden: [
      'ssh2',
      '../../tunnels/forwards/relay/pump',
      '../../tunnels/ssh/session/connect',
      '../../tunnels/daemon/tunnel/tunnel',
    ],
    allowed: [
      '../../tunnels/ssh/config/hostList/configTunnels',
      '../../tunnels/daemon/client/client',
      '../../tunnels/daemon/protocol/rpc',
      '../../views/words/tunnelWords',
    ],
  }),
  'src/tunnels/daemon/tunnel/sample.ts': importing({
    forbidden: ['vscode', '../../../extension/core', '../../../views/words/tunnelWords'],
    allowed: ['../../ssh/session/connect', '../../forwards/relay/pump', 'ssh2', '../protocol/rpc'],
  }),
  ...Object.fromEntries(
    ['client', 'protocol', 'endpoint'].map((part) => [
      `src/tunnels/daemon/${part}/sample.ts`,
      importing({
        forbidden: [
          'vscode',
          '../../ssh/session/connect',
          'ssh2',
          '../../forwards/forwardRunner',
          '../server/main',
        ],
        allowed: ['../../util/files/privateFile', '../../model/state', '../protocol/rpc'],
      }),
    ]),
  ),
  'src/tunnels/forwards/local/sample.ts': importing({
    forbidden: [
      'vscode',
      '../../../extension/core',
      '../../../views/words/tunnelWords',
      '../../daemon/client/client',
    ],
    allowed: ['../../ssh/session/connect', '../relay/pump', 'ssh2'],
  }),
  'src/tunnels/ssh/session/sample.ts': importing({
    forbidden: [
      'vscode',
      '../../../views/words/tunnelWords',
      '../../daemon/client/client',
      '../../forwards/relay/pump',
    ],
    allowed: ['../../model/state', '../auth/agent', 'ssh2'],
  }),
  'src/tunnels/model/sample.ts': importing({
    forbidden: [
      'vscode',
      '../daemon/client/client',
      '../forwards/relay/pump',
      '../ssh/config/sshG',
      'ssh2/lib/utils',
    ],
    allowed: ['./state', '../errors/errors'],
  }),
  'src/tunnels/errors/sample.ts': importing({
    forbidden: ['vscode', '../model/state', '../ssh/config/sshG', 'ssh2'],
    allowed: ['../config/definition', '../util/text'],
  }),
  'src/tunnels/config/sample.ts': importing({
    forbidden: ['vscode', '../errors/errors', '../model/state', '../daemon/client/client'],
    allowed: ['./commandLine/read', '../util/text'],
  }),
  'src/tunnels/util/sample.ts': importing({
    forbidden: ['vscode', '../config/definition', '../errors/errors', '../forwards/relay/pump'],
    allowed: ['./text'],
  }),
  'src/views/text.ts': [
    "import * as vscode from 'vscode';",
    'export const a = (): unknown => vscode.window.showErrorMessage("a"); // ! project(shown-text)',
    'export const b = (): unknown => vscode.window.createQuickPick(); // ! project(shown-text)',
    'export const c = vscode.ProgressLocation.Notification; // ! project(shown-text)',
    'export const d = (): unknown => vscode.window.createOutputChannel("d"); // ! project(shown-text)',
    'export const e = new vscode.MarkdownString(); // ! project(shown-text)',
    'export const f = (): unknown => vscode.window.activeTextEditor;',
  ].join('\n'),
  'src/extension/ui/dialogs.ts': [
    "import * as vscode from 'vscode';",
    'export const a = (): unknown => vscode.window.showErrorMessage("a");',
  ].join('\n'),
  'src/extension/words.ts': [
    "import { l10n } from 'vscode';",
    'declare function untranslated(parts: TemplateStringsArray, ...values: readonly string[]): string;',
    'declare const name: string;',
    'declare const isAll: boolean;',
    'declare const service: { log(line: string): void };',
    'declare function show(...texts: readonly string[]): void;',
    'declare const log: { warn(line: string): void };',
    'show("Start all"); // ! project(localized-text)',
    'show(`Start ${name}`); // ! project(localized-text)',
    'show(`${name} is up`); // ! project(localized-text)',
    'show(`"${name}": started`); // ! project(localized-text)',
    'show("Stopped, for " + name); // ! project(localized-text)',
    'show("<p>Start all</p>"); // ! project(localized-text)',
    'show(isAll ? "Start all" : "Start"); // ! project(localized-text)',
    'show(l10n.t("Start {what}", { what: isAll ? "all tunnels" : name })); // ! project(localized-text)',
    'export const a = { title: "Start all" }; // ! project(localized-text)',
    'export const b = (): Error => new Error("No tunnels to start."); // ! project(localized-text)',
    'show(l10n.t(`Start ${name}`)); // ! project(l10n-literal)',
    'show(l10n.t(isAll ? "Start" : "Stop")); // ! project(l10n-literal)',
    'show(l10n.t(name)); // ! project(l10n-literal)',
    'show(l10n.t("Start " + name)); // ! project(l10n-literal)',
    'show(l10n.t("Start {name}")); // ! project(l10n-literal)',
    'show(l10n.t("Start {name}", { tunnel: name })); // ! project(l10n-literal)',
    'show(l10n.t("Start {name}", { name, tunnel: name })); // ! project(l10n-literal)',
    'declare const unknown: { name: string };',
    'show(l10n.t("Start {name}", unknown)); // ! project(l10n-literal)',
    'declare function localized(to: (values: { name: string }) => string, values: { name: string }): string;',
    'show(localized((values) => l10n.t("Start {what}", values), { name })); // ! project(l10n-literal)',
    'show(localized((values) => l10n.t("Start {name}", values), { name }));',
    'const values = { name };',
    'const more = { ...values, what: name };',
    'show(l10n.t("Start {what}", values)); // ! project(l10n-literal)',
    'show(l10n.t("Start {name}", values), l10n.t("Start {name}", more), l10n.t("Start {what}", more));',
    'show(l10n.t("Start {name} of {what}", { name, what: "12" }));',
    'show(l10n.t("Start all"), l10n.t(`Start all`), "Start", `${name}: ${name}`);',
    'show(untranslated`ssh -N ${name}`, untranslated`ssh ${isAll ? "-N -T" : "a b"} x`);',
    'show(`$(history) ${name}`, { class: "a b" }.class);',
    'show(`<div class="a b" id="c">${name}</div>`, "<style>b c {}</style>", "a b c".split(" ").join());',
    'service.log(`Started ${name}`);',
    'log.warn(isAll ? `Started ${name}` : "Started all");',
    'export const c = (kind: "a b" | "c d"): boolean => kind === "a b" || name.startsWith("c");',
    'export const d = { "a b": (): Error => new TypeError(`Not a tunnel: ${name}`) };',
  ].join('\n'),
  'src/views/modules.ts': [
    'export * from "./text"; // ! project(no-barrel-files)',
    'export default 1; // ! import(no-default-export)',
  ].join('\n'),
  'src/views/circleOne.ts': [
    "import type { Two } from './circleTwo'; // ! import(no-cycle)",
    'export type One = Two | undefined;',
  ].join('\n'),
  'src/views/circleTwo.ts': [
    "import type { One } from './circleOne'; // ! import(no-cycle)",
    'export type Two = One[];',
  ].join('\n'),
  'src/tunnels/model/types.ts': [
    'declare const value: { readonly name: string } | undefined;',
    'declare const kind: "a" | "b";',
    'declare function later(): Promise<number>;',
    'declare function foreign(): never[];',
    'export function types(): number {',
    '  later(); // ! typescript(no-floating-promises)',
    '  const what: any = foreign(); // ! typescript(no-explicit-any)',
    '  const made = JSON.parse("1"); // ! typescript(no-unsafe-assignment)',
    '  if (kind == "a") { // ! eslint(eqeqeq)',
    '    return value!.name.length; // ! typescript(no-non-null-assertion)',
    '  }',
    '  setTimeout(later, 1); // ! typescript(no-misused-promises)',
    '  switch (kind) { // ! typescript(switch-exhaustiveness-check)',
    '  }',
    '  return [what, made].length;',
    '}',
    'export const sure = (text: string): string => text ?? ""; // ! typescript(no-unnecessary-condition)',
    'export const shown = (thing: object): string => `${thing}`; // ! typescript(restrict-template-expressions)',
  ].join('\n'),
  'test/sample.ts': ['declare const value: string | undefined;', 'export const a = value!.length;'].join(
    '\n',
  ),
};

function importing(modules: {
  readonly forbidden: readonly string[];
  readonly allowed: readonly string[];
}): string {
  const forbidden = modules.forbidden.map(
    (name, n) => `import type { F${n} } from '${name}'; // ! ${imports}`,
  );
  const allowed = modules.allowed.map((name, n) => `import type { A${n} } from '${name}';`);
  const used = [...forbidden.map((_, n) => `F${n}`), ...allowed.map((_, n) => `A${n}`)];
  return [...forbidden, ...allowed, `export type All = [${used.join(', ')}];`].join('\n');
}

describe('the lint', function () {
  this.timeout(120_000);

  it('reports each forbidden line of the samples, and no allowed one', async () => {
    await using project = await tempDir('lint-');
    for (const name of ['.oxlintrc.json', 'oxlintRules.mjs', 'tsconfig.json', 'tsconfig.base.json']) {
      await cp(path.join(repoRoot, name), project.file(name));
    }
    await symlink(path.join(repoRoot, 'node_modules'), project.file('node_modules'), 'dir');
    for (const [file, code] of Object.entries(samples)) {
      await mkdir(path.dirname(project.file(file)), { recursive: true });
      await writeFile(project.file(file), `${code}\n`);
    }
    const found = lint(project.path);
    const expected = Object.entries(samples).flatMap(([file, code]) =>
      code.split('\n').flatMap((line, index) => {
        const rule = / \/\/ ! (\S+)$/.exec(line)?.[1];
        return rule === undefined ? [] : [`${file}:${index + 1} ${rule}`];
      }),
    );
    // Other rules may also report a line that breaks one rule.
    const lines = new Set(expected.map(lineOf));
    const besides = found.filter((each) => !expected.includes(each) && !lines.has(lineOf(each)));
    assert.deepEqual(
      expected.filter((each) => !found.includes(each)),
      [],
      'not found',
    );
    assert.deepEqual(besides, [], 'found where all is allowed');
  });

  it('reports a file, an export and a dependency that nothing uses', async () => {
    await using project = await tempDir('knip-');
    for (const name of ['knip.jsonc', 'tsconfig.json', 'tsconfig.base.json']) {
      await cp(path.join(repoRoot, name), project.file(name));
    }
    const files = {
      'package.json': JSON.stringify({ name: 'sample', dependencies: { unneeded: '1' } }),
      'test/sample.test.ts': "import { used } from './used';\nused();",
      'test/used.ts': 'export function used(): void {}\nexport function unused(): void {}',
      'test/alone.ts': 'export const alone = 1;',
    };
    await mkdir(project.file('test'));
    for (const [file, text] of Object.entries(files)) {
      await writeFile(project.file(file), text);
    }
    const knip = path.join(repoRoot, 'node_modules/knip/bin/knip.js');
    const { stdout, status } = spawnSync(
      process.execPath,
      [knip, '--no-config-hints', '--reporter', 'compact'],
      {
        cwd: project.path,
        encoding: 'utf8',
      },
    );
    assert.equal(status, 1, stdout);
    const found = stdout.split('\n').filter((line) => /^(test\/|package)/.test(line));
    assert.deepEqual(
      found,
      ['test/alone.ts: test/alone.ts', 'package.json: unneeded', 'test/used.ts: unused'],
      stdout,
    );
  });
});

const lineOf = (finding: string): string => finding.slice(0, finding.indexOf(' '));

/** As `src/a.ts:3 plugin(rule)`. */
function lint(folder: string): string[] {
  const oxlint = path.join(folder, 'node_modules/oxlint/bin/oxlint');
  const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '--format', 'json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  interface Finding {
    readonly code: string;
    readonly filename: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  }
  assert.ok(stdout.startsWith('{'), stdout + stderr);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Finding[] };
  return diagnostics.map(({ code, filename, labels }) => `${filename}:${labels[0]?.span.line ?? 0} ${code}`);
}
