// Reads generated settings in generated folders, and generated ssh_config files. Reading never throws, and a wrong entry
// costs no other entry.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsMarks } from '../../../src/extension/settings/diagnostics/findProblems';
import type { readSettings } from '../../../src/extension/settings/readSettings';
import { ConfigTunnelList } from '../../../src/tunnels/ssh/config/hostList/configTunnels';
import { atOnce } from '../../../src/tunnels/util/pacing/slices';
import { setWorkspace, withFakeVscode } from '../fakeVscode';
import { inEnglish } from '../inEnglish';
import { Random } from '../random';
import { tempDir } from '../tempDir';
import { configText } from './configGenerator';
import { generateTree } from './fileTree';
import type { FileTree } from './fileTree';
import { SettingsGenerator } from './settingsGenerator';

const casesOfTree = 200;
const mostProblems = 51;
const longestProblem = 1000;

export interface SettingsFuzzReport {
  /** Milliseconds of one case. */
  readonly slowest: number;
  /** What went wrong, with the number and the input of the case; few, because one fault has many cases. */
  readonly problems: readonly string[];
}

export async function fuzzSettings(seed: number, cases: number): Promise<SettingsFuzzReport> {
  await using dir = await tempDir('f-');
  const { readSettings: read } = await withFakeVscode(
    () => import('../../../src/extension/settings/readSettings'),
  );
  const random = new Random(seed);
  const problems: string[] = [];
  let tree: FileTree | undefined;
  let slowest = 0;
  for (let index = 0; index < cases && problems.length < 10; index++) {
    if (tree === undefined || index % casesOfTree === 0) {
      tree?.remove();
      tree = generateTree(random, dir.file('w'));
    }
    const generator = new SettingsGenerator(random, tree);
    const input = {
      tunnels: generator.tunnels(),
      overrides: generator.overrides(),
      config: configText(random, tree),
    };
    const start = performance.now();
    try {
      await checkSettings(read, input, tree.folder);
      await checkConfig(input.config, dir.path);
    } catch (error) {
      problems.push(`case ${index}: ${String(error)} ${JSON.stringify(input).slice(0, 2000)}`);
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  tree?.remove();
  setWorkspace(undefined);
  return { slowest, problems };
}

interface Input {
  readonly tunnels: unknown;
  readonly overrides: unknown;
}

async function checkSettings(
  read: typeof readSettings,
  { tunnels, overrides }: Input,
  folder: string,
): Promise<void> {
  setWorkspace({
    workspaceFile: undefined,
    workspaceFolders: [{ name: 'shop', index: 0, uri: { fsPath: folder, path: folder } }],
    inspect: (key) =>
      key === 'sshTunnels.tunnels'
        ? { globalValue: { mine: { host: 'a', localForward: '1025:b:1' } }, workspaceValue: tunnels }
        : key === 'sshTunnels.overrides'
          ? { globalValue: overrides }
          : undefined,
  });
  const logged: string[] = [];
  const [mine, ...others] = (await read((line) => logged.push(line))).tunnels;
  assert.deepEqual(logged, []);
  assert.ok(mine?.name === 'mine' && mine.entry !== undefined, "the user's own tunnel is lost");
  for (const { name, entry, problems } of others) {
    assert.ok(
      (entry === undefined) === problems.length > 0,
      `${name} has neither entry nor problem, or both`,
    );
    assert.ok(problems.length <= mostProblems, `${problems.length} problems`);
    checkPlain(problems.map(({ message }) => inEnglish(message)));
  }
  const text = JSON.stringify({ 'sshTunnels.tunnels': tunnels, 'sshTunnels.overrides': overrides });
  const marks = settingsMarks(text, {
    within: [],
    ports: { unprivilegedFrom: 1024, handedOut: { from: 32_768, to: 60_999 } },
    variables: { home: '/home/me', workspaceFolder: folder },
    labels: new Map(),
  });
  atOnce(marks);
  assert.equal(Object.keys(Object.prototype).length, 0);
}

async function checkConfig(text: string, folder: string): Promise<void> {
  const file = join(folder, 'config');
  await writeFile(file, text);
  const { tunnels, limits } = await new ConfigTunnelList().read(file, {});
  for (const { alias, entry, problems } of tunnels) {
    assert.ok(
      (entry === undefined) === problems.length > 0,
      `${alias} has neither entry nor problem, or both`,
    );
    checkPlain(problems.map(({ message }) => inEnglish(message)));
  }
  checkPlain(limits.map(({ message }) => inEnglish(message)));
}

function checkPlain(texts: readonly string[]): void {
  for (const text of texts) {
    assert.ok(text.length < longestProblem && !/[\n\r\0]/.test(text), `not plain: ${JSON.stringify(text)}`);
  }
}
