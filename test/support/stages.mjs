// The stages of `npm test`: what each needs, how many processors it uses, and how its tests are run.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { repoRoot, sshPackages as ssh, x11Packages as x11 } from './setup.mjs';
import { runCommands, runCounted, runMocha, runMochaShares } from './stageRuns.mjs';

/** @typedef {import('./stageRuns.mjs').Counts} Counts */
/** @typedef {import('./stageRuns.mjs').Run} Run */
/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} title
 * @property {number} load how many processors it keeps busy, on average; 0 for one that mostly waits
 * @property {readonly string[]} packages of Debian, with the programs that it runs
 * @property {boolean} [needsEditor]
 * @property {boolean} [runsOnce] nothing in it depends on the machine's load
 * @property {string} [folder] of its test files, if they can be run one by one
 * @property {(run: Run) => Promise<Counts>} run
 */

/** Chromium without a window for the tests, and the browser that the extension opens. */
const browser = ['chromium-headless-shell', 'chromium', 'fonts'];
const desktop = process.env['SSH_TUNNELS_VSCODE'] !== undefined;

/**
 * In the order in which they are shown, and started if there is room: what takes longest comes first. Several minutes
 * each, integration and e2e wait as often as they compute: together they keep two processors busy.
 * @type {readonly Stage[]}
 */
const stages = [
  {
    name: 'types',
    title: 'Types',
    runsOnce: true,
    load: 0.5,
    packages: [],
    run: (run) =>
      runCommands(run, [
        ['the tunnel service, without the types of VS Code', 'typescript/bin/tsc', '-p', 'src/tunnels'],
        ['the webview pages, with the DOM alone', 'typescript/bin/tsc', '-p', 'src/views/webview/page'],
        ['everything else', 'typescript/bin/tsc', '-p', '.'],
      ]),
  },
  {
    name: 'lint',
    title: 'Lint',
    runsOnce: true,
    load: 1,
    packages: [],
    run: (run) =>
      runCommands(run, [
        ['the rules', 'oxlint/bin/oxlint'],
        ['the format', 'oxfmt/bin/oxfmt', '--check'],
        ['what nothing uses', 'knip/bin/knip.js'],
      ]),
  },
  {
    name: 'slow',
    title: 'Tests that wait',
    load: 0,
    packages: [...ssh, ...x11],
    folder: 'test/slow',
    run: (run) => runMocha(run, ['test/slow/*.test.ts'], 4),
  },
  {
    name: 'integration',
    title: 'Integration tests',
    load: 1,
    packages: [...ssh, ...x11],
    folder: 'test/integration',
    run: (run) => runMocha(run, integrationTests(), 4),
  },
  {
    name: 'e2e',
    title: 'The editor as a person sees it',
    load: 1,
    packages: [...ssh, ...x11, ...browser],
    needsEditor: true,
    folder: 'test/e2e',
    run: (run) => runMochaShares(run, e2eTests(), 2),
  },
  {
    name: 'editor',
    title: 'Tests in the editor',
    load: 1,
    packages: [...ssh, 'postgresql', ...(desktop ? [] : browser)],
    needsEditor: !desktop,
    run: (run) =>
      runCounted(run, (results) => ['--import', 'tsx', 'test/editor/run.ts', '--results', results]),
  },
  {
    name: 'scripts',
    title: 'Scripts of package.json',
    load: 1,
    packages: desktop ? [] : browser,
    // Its clones use the editor of this checkout instead of installing their own.
    needsEditor: true,
    folder: 'test/scripts',
    run: (run) => runMocha(run, ['test/scripts/*.test.ts'], 1),
  },
  {
    name: 'unit',
    title: 'Unit tests',
    load: 1,
    packages: [],
    folder: 'test/unit',
    run: (run) => runMocha(run, ['test/unit/**/*.test.ts'], 1),
  },
  {
    name: 'windows',
    title: 'Tests on Windows (Wine)',
    load: 1,
    packages: [...ssh, 'wine', 'wine64'],
    folder: 'test/windows',
    run: (run) =>
      runCounted(run, (results) => [
        ...['--import', 'tsx', 'test/windows/run.ts', '--results', results],
        ...(run.grep === undefined ? [] : ['--grep', run.grep]),
        ...run.files,
      ]),
  },
  {
    name: 'servers',
    title: 'Servers that others wrote',
    load: 0.5,
    packages: [
      ...ssh,
      'dropbear-bin',
      'proftpd-core',
      'proftpd-mod-crypto',
      'python3-asyncssh',
      'python3-paramiko',
      'python3-twisted',
    ],
    folder: 'test/servers',
    run: (run) => runMocha(run, ['test/servers/*.test.ts'], 3),
  },
  {
    name: 'ordinary-user',
    title: 'Tests as an ordinary user',
    load: 0.5,
    packages: [...ssh, ...x11],
    run: (run) =>
      runCounted(run, (results) => ['--import', 'tsx', 'test/ordinaryUser/run.ts', '--results', results]),
  },
  {
    name: 'bundle',
    title: 'Bundles',
    runsOnce: true,
    load: 0.5,
    packages: [],
    run: (run) => runCounted(run, (results) => ['test/support/bundleCheck.mjs', '--results', results]),
  },
];

/**
 * The stages with these names, and the stages of these test files with those files. No names: all stages.
 * @param {readonly string[]} names
 * @returns {readonly { stage: Stage, files: readonly string[] }[]}
 */
export function chooseStages(names) {
  if (names.length === 0) return stages.map((stage) => ({ stage, files: [] }));
  const wanted = names.map((name) => {
    const stage = stages.find((each) => each.name === name);
    if (stage !== undefined) return { stage, file: undefined };
    const file = path.relative(repoRoot, path.resolve(name)).replaceAll(path.sep, '/');
    const owner = stages.find(({ folder }) => folder !== undefined && file.startsWith(`${folder}/`));
    if (owner !== undefined) return { stage: owner, file };
    const known = stages.map((each) => each.name).join(', ');
    throw new Error(`"${name}" is neither a stage (${known}) nor a test file that can be run by itself.`);
  });
  return stages.flatMap((stage) => {
    const mine = wanted.filter((each) => each.stage === stage);
    if (mine.length === 0) return [];
    const whole = mine.some(({ file }) => file === undefined);
    return [{ stage, files: whole ? [] : mine.flatMap(({ file }) => file ?? []) }];
  });
}

/**
 * For two processes in turn, each with an editor server and a browser of its own: in this order both take equally long.
 * The first's tests share a window, until the last of them ends the server and waits for half a minute.
 */
const e2eOrder = [
  ...['links', 'consent', 'sshCommand', 'trust', 'portTaken'],
  ...['programs', 'passwords', 'translation', 'windows', 'hostileNames'],
].map((name) => `${name}.test.ts`);

function e2eTests() {
  return [...new Set([...e2eOrder, ...testFiles('test/e2e')])].map((file) => `test/e2e/${file}`);
}

/**
 * Patterns for every folder. The folders that take longest come first, so that none of them is started last.
 */
function integrationTests() {
  const longest = ['comparedWithOpenSsh', 'openssh', 'forwardKinds', 'faults', 'errorMessages', 'auth'];
  const folders = testFiles('test/integration').map((file) => path.dirname(file));
  return [...new Set([...longest, ...folders.reverse()])].map(
    (folder) => `test/integration/${folder}/*.test.ts`,
  );
}

/**
 * Paths of the test files, relative to the folder.
 * @param {string} folder
 */
function testFiles(folder) {
  const names = readdirSync(path.join(repoRoot, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.test.ts')).sort();
}
