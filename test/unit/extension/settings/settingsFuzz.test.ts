// Generated settings and file trees: reading them never throws, and a wrong entry costs no other entry. FUZZ_SEED repeats
// a run, and FUZZ_COUNT makes it longer.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { settingsMarks } from '../../../../src/extension/settings/diagnostics/findProblems';
import type { readSettings } from '../../../../src/extension/settings/readSettings';
import { setWorkspace, withFakeVscode } from '../../../support/fakeVscode';
import { inEnglish } from '../../../support/inEnglish';
import { Random } from '../../../support/random';
import { SettingsGenerator } from '../../../support/settingsFuzz/settingsGenerator';
import { generateTree } from '../../../support/settingsFuzz/fileTree';
import { atOnce } from '../../../../src/tunnels/util/slices';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const cases = Number(process.env['FUZZ_COUNT'] ?? 2000);
const casesOfTree = 200;
const mostProblems = 51;
const longestProblem = 1000;

describe(`generated settings and file trees (FUZZ_SEED=${seed})`, () => {
  let read: typeof readSettings;
  let dir: TempDir;
  before(async () => {
    dir = await tempDir('f-');
    ({ readSettings: read } = await withFakeVscode(
      () => import('../../../../src/extension/settings/readSettings'),
    ));
  });
  after(async () => {
    setWorkspace(undefined);
    await dir.remove();
  });

  async function check(tunnels: unknown, overrides: unknown, folder: string): Promise<void> {
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
      for (const text of problems.map(({ message }) => inEnglish(message))) {
        assert.ok(
          text.length < longestProblem && !/[\n\r\0]/.test(text),
          `not plain: ${JSON.stringify(text)}`,
        );
      }
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

  it(`are read without a fault, ${cases} times`, async () => {
    const random = new Random(seed);
    let tree: ReturnType<typeof generateTree> | undefined;
    for (let index = 0; index < cases; index++) {
      if (tree === undefined || index % casesOfTree === 0) {
        tree?.remove();
        tree = generateTree(random, dir.file('w'));
      }
      const generator = new SettingsGenerator(random, tree);
      const [tunnels, overrides] = [generator.tunnels(), generator.overrides()];
      try {
        await check(tunnels, overrides, tree.folder);
      } catch (error) {
        const shown = JSON.stringify({ tunnels, overrides }).slice(0, 2000);
        throw new Error(`case ${index}: ${shown}`, { cause: error });
      }
    }
    tree?.remove();
  });
});
