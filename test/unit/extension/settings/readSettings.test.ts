// Reading the settings loses at most the part that can't be read. The fake editor throws where a real one has no reason.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { readSettings, Settings } from '../../../../src/extension/settings/readSettings';
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
      return key === tunnels ? value('workspace') : undefined;
    },
    get workspaceFolderValue() {
      return key !== tunnels ? undefined : folder === folders[0]?.uri ? value('folder') : { docs: host };
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
      const [logged = '', ...more] = faulty.logged;
      assert.ok(logged.startsWith(`${line}: Error at `), logged);
      assert.ok(!logged.includes('out of order'), 'an error may quote a setting');
      assert.deepEqual(more, []);
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

  it('gives every tunnel an id of its own, whatever the folders are called', async () => {
    const named = ['a', 'a:b', 'a:b:c'].map((name, index) => ({
      name,
      index,
      uri: { fsPath: `/${index}`, path: `/${index}` },
    }));
    const ofFolder = [
      { 'b:c:d': host, 'b:c:d (2)': host },
      { 'c:d': host, 'c:d (2)': host },
      { d: host, 'd (3)': host },
    ];
    setWorkspace({
      workspaceFile: {},
      workspaceFolders: named,
      inspect: (key, folder) =>
        key === tunnels
          ? { workspaceFolderValue: ofFolder[named.findIndex(({ uri }) => uri === folder)] }
          : undefined,
    });
    const ids = (await read(() => assert.fail('logged'))).tunnels.map(({ id }) => id);
    assert.equal(ids.length, 6);
    assert.deepEqual([...new Set(ids)], ids);
  });

  interface Levels {
    readonly globalValue?: unknown;
    readonly workspaceValue?: unknown;
    readonly workspaceFolderValue?: unknown;
  }

  /** Settings by key; the user and the workspace have one tunnel each. */
  function readFrom(settings: Readonly<Record<string, Levels>>): Promise<Settings> {
    setWorkspace({
      workspaceFile: undefined,
      workspaceFolders: folders.slice(0, 1),
      inspect: (key) =>
        ({ [tunnels]: { globalValue: { mine: host }, workspaceValue: { db: host } }, ...settings })[key],
    });
    return read(() => assert.fail('a fault was logged'));
  }
  function startable(settings: Settings): string[] {
    return settings.tunnels.filter(({ entry }) => entry !== undefined).map(({ name }) => name);
  }
  function problemsOf(settings: Settings): string[] {
    return settings.tunnels.flatMap(({ name, problems }) =>
      problems.map(({ message, path }) => `${name}: ${path.join('.')}: ${inEnglish(message)}`),
    );
  }
  const many = Object.fromEntries(
    Array.from({ length: 1001 }, (_, index) => [`t${index}`, { disabled: true }] as const),
  );

  describe("with overrides that can't be understood as a whole", () => {
    const wrong: readonly [what: string, value: unknown, problem: RegExp][] = [
      ['a list', [{ db: { disabled: true } }], /: It must be an object/],
      ['a text', '{ "db": { "disabled": true } }', /: It must be an object/],
      ['a number', 1, /: It must be an object/],
      ['false', false, /: It must be an object/],
      ['an empty text', '', /: It must be an object/],
      [
        'more than 1000 entries',
        { db: { disabled: true }, ...many },
        /There are 1002 overrides; the maximum is 1000\./,
      ],
    ];
    for (const [what, globalValue, problem] of wrong) {
      it(`keeps a project's tunnels off, and says why: ${what}`, async () => {
        const settings = await readFrom({ [overrides]: { globalValue } });
        assert.deepEqual(startable(settings), ['mine']);
        const [only = '', ...others] = problemsOf(settings);
        assert.deepEqual(others, []);
        assert.match(only, problem);
        assert.match(only, /^db: sshTunnels\.overrides: .* Until you fix it, the tunnel stays off\.$/);
      });
    }
    for (const globalValue of [undefined, null, {}]) {
      it(`takes ${JSON.stringify(globalValue)} as no overrides`, async () =>
        assert.deepEqual(startable(await readFrom({ [overrides]: { globalValue } })), ['mine', 'db']));
    }
  });

  describe("with an option of the user's that can't be understood", () => {
    const choices: readonly [key: string, value: unknown][] = [
      ['sshTunnels.strictHostKeyChecking', 'Yes'],
      ['sshTunnels.strictHostKeyChecking', 'no'],
      ['sshTunnels.strictHostKeyChecking', true],
      ['sshTunnels.strictHostKeyChecking', ['yes']],
      ['sshTunnels.strictHostKeyChecking', ''],
      ['sshTunnels.autoStart', 'never'],
      ['sshTunnels.autoStart', false],
      ['sshTunnels.autoStart', { on: 1 }],
      ['sshTunnels.terminalEnvironment', 'false'],
      ['sshTunnels.terminalEnvironment', 0],
      ['sshTunnels.showSshConfigHosts', 'no'],
    ];
    for (const [key, globalValue] of choices) {
      it(`applies the strictest value and says so: ${key}: ${JSON.stringify(globalValue)}`, async () => {
        const settings = await readFrom({ [key]: { globalValue } });
        const strict = {
          'sshTunnels.strictHostKeyChecking': settings.connection.strictHostKeyChecking === 'yes',
          'sshTunnels.autoStart': settings.autoStart === 'off',
          'sshTunnels.terminalEnvironment': !settings.terminalEnvironment,
          'sshTunnels.showSshConfigHosts': !settings.showSshConfigHosts,
        }[key];
        assert.equal(strict, true);
        assert.match(
          problemsOf(settings).join('\n'),
          new RegExp(`^${key}: ${key}: It must be one of .* applies\\.$`),
        );
        assert.deepEqual(startable(settings), ['mine', 'db']);
      });
    }

    for (const key of ['sshConfigFile', 'userKnownHostsFile', 'identityAgent']) {
      for (const globalValue of [7, true, ['/tmp/x'], {}]) {
        it(`starts no tunnel: ${key}: ${JSON.stringify(globalValue)}`, async () => {
          const settings = await readFrom({ [`sshTunnels.${key}`]: { globalValue } });
          assert.deepEqual(startable(settings), []);
          assert.equal(settings.showSshConfigHosts, false);
          assert.deepEqual(
            settings.tunnels.map(({ name }) => name),
            ['mine', 'db', `sshTunnels.${key}`],
          );
          assert.ok(
            problemsOf(settings).every((text) => text.endsWith('Until you fix it, no tunnel starts.')),
          );
        });
      }
    }

    for (const [key, globalValue] of [
      ['serverAliveInterval', '15'],
      ['serverAliveInterval', -1],
      ['serverAliveCountMax', 0],
      ['connectTimeout', 1.5],
      ['connectTimeout', 1e300],
      ['reconnect.maxDelay', 0],
    ] as const) {
      it(`says that it is ignored: ${key}: ${JSON.stringify(globalValue)}`, async () => {
        const settings = await readFrom({ [`sshTunnels.${key}`]: { globalValue } });
        assert.deepEqual(settings.connection, { reconnectMaxDelay: 30 });
        assert.match(
          problemsOf(settings).join('\n'),
          /^\S+: \S+: It must be a whole number .* it is ignored\.$/m,
        );
        assert.deepEqual(startable(settings), ['mine', 'db']);
      });
    }
  });

  it('accepts every option that is right, and an empty text for no path', async () => {
    const user = (globalValue: unknown): Levels => ({ globalValue });
    const {
      tunnels: _tunnels,
      projectFolders: _folders,
      ...options
    } = await readFrom({
      'sshTunnels.autoStart': user('on'),
      'sshTunnels.strictHostKeyChecking': user('accept-new'),
      'sshTunnels.serverAliveInterval': user(0),
      'sshTunnels.reconnect.maxDelay': user(5),
      'sshTunnels.sshConfigFile': user('~/c'),
      'sshTunnels.identityAgent': user(''),
      'sshTunnels.statusBar': user('tunnels'),
    });
    assert.deepEqual(options, {
      autoStart: 'on',
      statusBar: 'tunnels',
      showSshConfigHosts: true,
      terminalEnvironment: true,
      connection: {
        sshConfigFile: '~/c',
        strictHostKeyChecking: 'accept-new',
        serverAliveInterval: 0,
        reconnectMaxDelay: 5,
      },
    });
    assert.deepEqual(problemsOf(await readFrom({})), []);
  });

  describe('what a project says about the options', () => {
    for (const key of ['terminalEnvironment', 'showSshConfigHosts'] as const) {
      it(`can't turn on ${key}, which the user has turned off, but can turn it off`, async () => {
        const on = async (levels: Levels): Promise<boolean> =>
          (await readFrom({ [`sshTunnels.${key}`]: levels }))[key];
        assert.equal(await on({ globalValue: false, workspaceValue: true }), false);
        assert.equal(
          await on({ globalValue: false, workspaceValue: true, workspaceFolderValue: true }),
          false,
        );
        assert.equal(await on({ globalValue: 'off', workspaceValue: true }), false);
        assert.equal(await on({ workspaceValue: false }), false);
        assert.equal(await on({ globalValue: true, workspaceValue: 'x' }), false);
        assert.equal(await on({ globalValue: true, workspaceValue: true }), true);
      });
    }
    it("can't show a status bar that the user has turned off", async () => {
      const mode = async (levels: Levels): Promise<string> =>
        (await readFrom({ 'sshTunnels.statusBar': levels })).statusBar;
      assert.equal(await mode({ globalValue: 'off', workspaceValue: 'tunnels' }), 'off');
      assert.equal(await mode({ globalValue: 'summary', workspaceValue: 'tunnels' }), 'tunnels');
      assert.equal(await mode({ globalValue: 'tunnels', workspaceValue: 'x' }), 'tunnels');
      assert.equal(await mode({ globalValue: 'x' }), 'summary');
    });
    it('is never read where only the user may decide', async () => {
      const workspace = (workspaceValue: unknown): Levels => ({
        workspaceValue,
        workspaceFolderValue: workspaceValue,
      });
      const {
        tunnels: _tunnels,
        projectFolders: _folders,
        ...options
      } = await readFrom({
        'sshTunnels.autoStart': workspace('on'),
        'sshTunnels.strictHostKeyChecking': workspace('accept-new'),
        'sshTunnels.sshConfigFile': workspace('/tmp/x'),
        'sshTunnels.userKnownHostsFile': workspace('/tmp/x'),
        'sshTunnels.identityAgent': workspace('/tmp/x'),
        'sshTunnels.reconnect.maxDelay': workspace(1),
        [overrides]: workspace({ db: { host: 'evil' } }),
      });
      assert.equal(options.autoStart, 'ask');
      assert.deepEqual(options.connection, { reconnectMaxDelay: 30 });
    });
  });

  it('starts no tunnel when the options cannot be read at all', async () => {
    setWorkspace({
      workspaceFile: undefined,
      workspaceFolders: folders.slice(0, 1),
      inspect: (key) => {
        if (key === 'sshTunnels.autoStart') {
          throw new Error('out of order');
        }
        return key === tunnels ? { globalValue: { mine: host } } : undefined;
      },
    });
    const logged: string[] = [];
    const settings = await read((line) => logged.push(line));
    assert.deepEqual(startable(settings), []);
    assert.equal(settings.connection.strictHostKeyChecking, 'yes');
    assert.equal(logged.length, 1);
    assert.match(logged.join(), /^The options can't be read: Error at (?!.*out of order)/);
  });
});
