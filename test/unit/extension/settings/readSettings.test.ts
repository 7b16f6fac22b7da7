// Reading the settings loses at most the part that can't be read. The fake editor throws where a real one has no reason.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { readSettings } from '../../../../src/extension/settings/readSettings';
import { setWorkspace, withFakeVscode } from '../../../support/fakeVscode';
import { inEnglish } from '../../../support/inEnglish';

const tunnels = 'sshTunnels.tunnels';
const overrides = 'sshTunnels.overrides';
const folders = ['shop', 'docs'].map((name, index) => ({
  name,
  index,
  uri: { fsPath: `/home/me/${name}`, path: `/home/me/${name}` },
}));
const host = { host: 'a' };

type Part = 'user' | 'workspace' | 'folder' | 'overrides';

/** An inspected setting, of which one value can't be read. */
function inspected(key: string, folder: unknown, broken: Part | undefined): object {
  const value = (part: Part): unknown => {
    if (part === broken) {
      throw new Error('out of order');
    }
    return part === 'overrides' ? {} : { [part]: host };
  };
  return {
    get globalValue() {
      return key === overrides ? value('overrides') : key === tunnels ? value('user') : undefined;
    },
    get workspaceValue() {
      return value('workspace');
    },
    get workspaceFolderValue() {
      return folder === folders[0]?.uri ? value('folder') : { docs: host };
    },
  };
}

describe('reading the settings', () => {
  let read: typeof readSettings;
  before(async () => {
    ({ readSettings: read } = await withFakeVscode(
      () => import('../../../../src/extension/settings/readSettings'),
    ));
  });
  after(() => setWorkspace(undefined));

  async function readWith(
    broken: Part | undefined,
  ): Promise<{ names: string[]; problems: string[]; logged: string[] }> {
    setWorkspace({
      workspaceFile: {},
      workspaceFolders: folders,
      inspect: (key, folder) => inspected(key, folder, broken),
    });
    const logged: string[] = [];
    const settings = await read((line) => logged.push(line));
    return {
      names: settings.tunnels.filter(({ entry }) => entry !== undefined).map(({ name }) => name),
      problems: settings.tunnels.flatMap(({ name, problems }) =>
        problems.map(({ message }) => `${name}: ${inEnglish(message)}`),
      ),
      logged,
    };
  }

  const cases: readonly [part: Part, names: string[], logged: string][] = [
    ['user', ['workspace', 'folder', 'docs'], "The tunnels of the user settings can't be read"],
    ['workspace', ['user', 'folder', 'docs'], "The tunnels of the workspace settings can't be read"],
    ['folder', ['user', 'workspace', 'docs'], "The tunnels of the folder shop can't be read"],
    ['overrides', ['user'], "The overrides can't be read"],
  ];
  for (const [part, names, line] of cases) {
    it(`loses only its own part by a fault in the reader "${part}", logs it, and reads a later change`, async () => {
      const faulty = await readWith(part);
      assert.deepEqual(faulty.names, names);
      assert.deepEqual(faulty.logged, [`${line}: Error: out of order`]);
      assert.deepEqual(await readWith(undefined), {
        names: ['user', 'workspace', 'folder', 'docs'],
        problems: [],
        logged: [],
      });
    });
  }

  it("lists a project's tunnels as failed while the overrides can't be read, which may disable them", async () =>
    assert.deepEqual(
      (await readWith('overrides')).problems,
      ['workspace', 'folder', 'docs'].map(
        (name) => `${name}: Your overrides can't be read, so the tunnel stays off (Show Log).`,
      ),
    ));
});
