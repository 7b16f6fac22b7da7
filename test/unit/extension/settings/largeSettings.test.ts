// Huge settings: they are read, marked and applied in short turns, and what has not changed is not read again.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { settingsMarks } from '../../../../src/extension/settings/diagnostics/findProblems';
import { ParsedTunnelCache } from '../../../../src/extension/settings/parsedTunnelCache';
import type { readSettings, Settings } from '../../../../src/extension/settings/readSettings';
import { DesiredState } from '../../../../src/extension/tunnels/desiredState';
import { WorkspaceStorage } from '../../../../src/extension/tunnels/workspaceStorage';
import { Slices } from '../../../../src/tunnels/util/pacing/slices';
import { setWorkspace, withFakeVscode } from '../../../support/fakeVscode';
import { assertLinear } from '../../../support/growth';
import { longestTurn } from '../../../support/responsiveness';
import { memento } from '../fakeMemento';

/** As a multiple of the reference of responsiveness.ts: some 50 ms of an idle processor. */
const longest = 0.5;

type Setting = Readonly<Record<string, unknown>>;

function named(count: number, value: (index: number) => unknown): Setting {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, value(index)]));
}

const honest = (index: number): unknown => ({
  host: 'a',
  localForward: Array.from({ length: 5 }, (_, n) => ({
    listen: 10_000 + index * 5 + n,
    target: 'db:5432',
    label: `Database ${n}`,
    env: `DB${n}_PORT`,
  })),
});
/** The length of the command line itself is limited to 20,000 characters. */
const optionLine = (): string => `ssh ${'-o a=b '.repeat(2800)}`;

const settings: Readonly<Record<string, Setting>> = {
  '200 tunnels': named(200, honest),
  '1000 tunnels with 5000 forwards': named(1000, honest),
  '10000 tunnels': named(10_000, honest),
  'a command line of 200 kB': { a: `ssh ${'-o a=b '.repeat(30_000)}` },
  '10 command lines of 20 kB': named(10, optionLine),
  '1000 command lines of 20 kB': named(1000, optionLine),
  '10000 forwards in one tunnel': { a: { host: 'a', localForward: Array(10_000).fill('0:a:1') } },
  'one word of 200 kB': { a: 'x'.repeat(200_000), ['y'.repeat(200_000)]: { host: 'z'.repeat(200_000) } },
  '1000 invalid tunnels': named(1000, () => named(20, (index) => index)),
};
const overrides: Readonly<Record<string, Setting>> = {
  '1000 overrides of 500 forwards': named(1000, () => ({ listen: named(500, (index) => index + 1) })),
  '10000 overrides': named(10_000, () => ({ disabled: true })),
};

describe('huge settings', () => {
  let read: typeof readSettings;
  before(async () => {
    ({ readSettings: read } = await withFakeVscode(
      () => import('../../../../src/extension/settings/readSettings'),
    ));
  });
  after(() => setWorkspace(undefined));

  function readWith(tunnels: unknown, ofUser: unknown, cache?: ParsedTunnelCache): Promise<Settings> {
    setWorkspace({
      workspaceFile: undefined,
      workspaceFolders: [{ name: 'shop', index: 0, uri: { fsPath: '/shop', path: '/shop' } }],
      inspect: (key) =>
        key === 'sshTunnels.tunnels'
          ? { workspaceValue: tunnels }
          : key === 'sshTunnels.overrides'
            ? { globalValue: ofUser }
            : undefined,
    });
    return read(() => assert.fail('logged'), cache);
  }

  for (const [what, value] of Object.entries(settings)) {
    it(`are read and marked in short turns: ${what}`, async () => {
      const text = JSON.stringify({ 'sshTunnels.tunnels': value });
      const turn = await longestTurn(async () => {
        await readWith(value, undefined);
        await new Slices().run(
          settingsMarks(text, {
            within: [],
            ports: { unprivilegedFrom: 1024, handedOut: { from: 32_768, to: 60_999 } },
            variables: { home: '/home/me', workspaceFolder: '/shop' },
          }),
        );
      }, longest);
      assert.ok(turn < longest, `nothing else ran for ${turn.toFixed(2)} times the reference`);
    });
  }
  for (const [what, value] of Object.entries(overrides)) {
    it(`are read in short turns: ${what}`, async () => {
      const turn = await longestTurn(() => readWith(named(3, honest), value), longest);
      assert.ok(turn < longest, `nothing else ran for ${turn.toFixed(2)} times the reference`);
    });
  }

  it('keep the objects of tunnels that have not changed', async () => {
    const cache = new ParsedTunnelCache();
    const first = await readWith(named(50, honest), undefined, cache);
    const second = await readWith({ ...named(50, honest), t7: { host: 'b' } }, undefined, cache);
    const changed = second.tunnels.filter(({ entry }, index) => entry !== first.tunnels[index]?.entry);
    assert.deepEqual(
      changed.map(({ name }) => name),
      ['t7'],
    );
  });

  it('are read again where the file system decides what a path means', async () => {
    const cache = new ParsedTunnelCache();
    const value = { a: { host: 'a', localForward: '${workspaceFolder}/s:/run/b' } };
    const [first, second] = [
      await readWith(value, undefined, cache),
      await readWith(value, undefined, cache),
    ];
    assert.notEqual(first.tunnels[0]?.entry, second.tunnels[0]?.entry);
  });

  /** Folders of a `.code-workspace` file, which can hold any text as a folder's name or path. */
  async function readFolders(
    tunnels: unknown,
    all: readonly (readonly [name: string, path: string])[],
  ): Promise<Settings> {
    setWorkspace({
      workspaceFile: {},
      workspaceFolders: all.map(([name, path], index) => ({ name, index, uri: { fsPath: path, path } })),
      inspect: (key) =>
        key === 'sshTunnels.tunnels'
          ? { globalValue: { mine: { host: 'a' } }, workspaceFolderValue: tunnels }
          : undefined,
    });
    return read(() => assert.fail('logged'));
  }

  it('of several folders together are at most 2000 tunnels, and cost the user none of theirs', async () => {
    const all = Array.from({ length: 10 }, (_, index) => [`f${index}`, `/f${index}`] as const);
    const { tunnels } = await readFolders(named(1000, honest), all);
    const valid = tunnels.filter(({ entry }) => entry !== undefined).map(({ id }) => id);
    assert.equal(valid.length, 2001);
    assert.equal(valid[0], 'user:mine');
    const ignored = tunnels.filter(({ problems: [first] }) =>
      first?.message.text.startsWith('The folders of this window have more than {tunnels} tunnels'),
    );
    assert.deepEqual(
      ignored.map(({ id }) => id),
      all.slice(2).map(([name]) => `folder:${name}:`),
    );
  });

  it('of folders with endless names and paths have short ids, all different', async () => {
    const long = 'x'.repeat(1_000_000);
    const all = [`${long}1`, `${long}2`, 'same', 'same'].map(
      (name, index) => [name, `/${long}${index}`] as const,
    );
    const { tunnels, projectFolders } = await readFolders(named(100, honest), all);
    const ids = tunnels.map(({ id }) => id);
    assert.equal(new Set(ids).size, 401);
    assert.ok(ids.every((id) => id.length < 300));
    assert.deepEqual(projectFolders, []);
  });

  it('stop being read when they change', async () => {
    const controller = new AbortController();
    setWorkspace({
      workspaceFile: undefined,
      workspaceFolders: [],
      inspect: (key) =>
        key === 'sshTunnels.tunnels' ? { globalValue: settings['1000 command lines of 20 kB'] } : undefined,
    });
    const reading = read(() => assert.fail('logged'), undefined, controller.signal);
    controller.abort(new Error('outdated'));
    await assert.rejects(reading, /outdated/);
  });

  it('change the desired state in linear time', async () => {
    const { tunnels: some, ...others } = await readWith(named(250, honest), undefined);
    const storage = new WorkspaceStorage({ workspaceState: memento(), globalState: memento() });
    const make = (size: number): Settings => ({
      ...others,
      tunnels: Array.from({ length: size / some.length }, (_, copy) =>
        some.map((tunnel) => ({ ...tunnel, id: `${tunnel.id} ${copy}` })),
      ).flat(),
    });
    // Not more: where memory is slow, that alone grows faster than the number.
    assertLinear(4000, make, (input) => {
      const state = new DesiredState(input, storage, () => ({ trusted: true, remote: false }));
      assert.equal(state.change({ ...input, tunnels: [...input.tunnels].reverse() }).size, 0);
      assert.equal(state.change({ ...input, tunnels: [] }).size, input.tunnels.length);
    });
  });
});
