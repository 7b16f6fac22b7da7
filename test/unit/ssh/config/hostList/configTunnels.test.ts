// Which hosts of an ssh_config are listed as tunnels, with which forwards, and what is reported of those that can't be.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { formatListen, forwardTarget } from '../../../../../src/tunnels/config/forward';
import { formatAddress } from '../../../../../src/tunnels/util/address';
import { readConfigHosts } from '../../../../../src/tunnels/ssh/config/hostList/configHosts';
import { ConfigTunnelList } from '../../../../../src/tunnels/ssh/config/hostList/configTunnels';
import type {
  SshConfigTunnel,
  SshConfigTunnelList,
} from '../../../../../src/tunnels/ssh/config/hostList/configTunnels';
import { localUser } from '../../../../../src/tunnels/ssh/config/localUser';
import { tempDir } from '../../../../support/tempDir';
import type { TempDir } from '../../../../support/tempDir';
import { inEnglish } from '../../../../support/inEnglish';

let dir: TempDir;
beforeEach(async () => {
  dir = await tempDir('config-tunnels-');
});
afterEach(() => dir.remove());

/** `%DIR%` in the text is the folder. */
async function list(text: string, more: Readonly<Record<string, string>> = {}): Promise<SshConfigTunnelList> {
  for (const [name, content] of Object.entries(more)) {
    await dir.write(name, content.replaceAll('%DIR%', dir.path));
  }
  return new ConfigTunnelList().read(await dir.write('config', text.replaceAll('%DIR%', dir.path)), {
    X: '/x',
  });
}

function routes({ entry }: SshConfigTunnel): readonly string[] {
  return (entry?.definition.forwards ?? []).map((forward) => {
    const target = forwardTarget(forward);
    return `${formatListen(forward.listen)} ${target ? formatAddress(target) : '-'}`;
  });
}

describe('the tunnels from ssh_config', () => {
  const cases: readonly [
    what: string,
    text: string,
    expected: Readonly<Record<string, readonly string[]>>,
  ][] = [
    ['leave out a host without forwards', 'Host a\n Port 1\nHost b\n LocalForward 1 x:2', { b: ['1 x:2'] }],
    ['include each host of one Host line', 'Host a b\n LocalForward 1 x:2', { a: ['1 x:2'], b: ['1 x:2'] }],
    ['leave out Host patterns', 'Host a* b? !c d\n LocalForward 1 x:2', { d: ['1 x:2'] }],
    [
      'have the forwards of all blocks of a host',
      'Host a\n LocalForward 1 x:2\nHost b\nHost a\n LocalForward 3 x:4',
      { a: ['1 x:2', '3 x:4'] },
    ],
    ['have a repeated forward once', 'Host a\n LocalForward 1 x:2\n localforward=1 x:2', { a: ['1 x:2'] }],
    [
      'have the forwards for all hosts, if the host has one of its own',
      'LocalForward 1 x:2\nHost a\n LocalForward 3 x:4\nHost b\n Port 1\nHost *\n LocalForward 5 x:6\nMatch all\n LocalForward 7 x:8',
      { a: ['1 x:2', '3 x:4', '5 x:6', '7 x:8'] },
    ],
    [
      'have the forwards of a pattern that matches the host',
      'Host db-*\n LocalForward 1 x:2\nHost db-1 c',
      { 'db-1': ['1 x:2'] },
    ],
    [
      'leave out a host that a negated pattern excludes',
      'Host db-* !db-1\n LocalForward 1 x:2\nHost db-1 db-2',
      { 'db-2': ['1 x:2'] },
    ],
    [
      'leave out a host with no forwards but those for all hosts except some',
      'Host * !c\n LocalForward 1 x:2\nHost a',
      {},
    ],
    [
      'leave out the forwards of Match blocks of which only ssh can tell',
      'Host a\n LocalForward 1 x:2\nMatch host a exec true\n LocalForward 3 x:4\nMatch tagged x\n LocalForward 7 x:8\nHost b\n LocalForward 5 x:6',
      { a: ['1 x:2'], b: ['5 x:6'] },
    ],
    [
      'have the forwards of Match blocks about the host, and list the hosts that these name',
      'Host a\n HostName a.org\n LocalForward 1 x:2\nMatch host a.org\n LocalForward 3 x:4\nMatch originalhost "b,C" !user nobody\n LocalForward 5 x:6',
      { a: ['1 x:2', '3 x:4'], 'a.org': ['3 x:4'], b: ['5 x:6'], c: ['5 x:6'] },
    ],
    [
      'see in a Match block only what stands above it',
      'Match host a.org\n LocalForward 1 x:2\nHost a\n HostName a.org\n User you\nMatch host a.* user you\n LocalForward 3 x:4\nHost a b\n HostName b.org',
      { 'a.org': ['1 x:2'], a: ['3 x:4'] },
    ],
    [
      'have the forwards of a Match block for this machine, if the host has one of its own',
      'Match !originalhost b localuser *\n LocalForward 1 x:2\nHost a b\n LocalForward 3 x:4',
      { a: ['1 x:2', '3 x:4'], b: ['3 x:4'] },
    ],
    ['distinguish aliases by case', 'Host A\n LocalForward 1 x:2\nHost a', { A: ['1 x:2'] }],
    [
      'include hosts that are IP addresses',
      'Host ::1 10.0.0.1\n LocalForward 1 x:2',
      { '::1': ['1 x:2'], '10.0.0.1': ['1 x:2'] },
    ],
    ['leave out names that ssh would not take as a host', 'Host a@b "c d" e:1 -f\n LocalForward 1 x:2', {}],
    [
      'leave out a host with ClearAllForwardings',
      'Host a\n ClearAllForwardings yes\n LocalForward 1 x:2',
      {},
    ],
    [
      'leave out a host whose first ClearAllForwardings is true',
      'Host a\n ClearAllForwardings true\n LocalForward 1 x:2\nHost *\n ClearAllForwardings no\nHost b\n LocalForward 3 x:4',
      { b: ['3 x:4'] },
    ],
    [
      'keep a host whose first ClearAllForwardings is false',
      'Host a\n ClearAllForwardings false\n LocalForward 1 x:2\nHost *\n ClearAllForwardings yes',
      { a: ['1 x:2'] },
    ],
    [
      'have the bind addresses of the forwards',
      'Host a\n LocalForward *:1 x:2\n LocalForward [::1]:3 [::1]:4\n LocalForward localhost:5 x:6 # mine',
      { a: ['*:1 x:2', '[::1]:3 [::1]:4', 'localhost:5 x:6'] },
    ],
  ];
  for (const [what, text, expected] of cases) {
    it(what, async () => {
      const { tunnels } = await list(text);
      assert.deepEqual(Object.fromEntries(tunnels.map((tunnel) => [tunnel.alias, routes(tunnel)])), expected);
    });
  }

  it('do not start automatically, and connect to the alias', async () => {
    const { tunnels } = await list('Port 7\n\nHost a\n HostName x.org\n LocalForward 1 x:2');
    const [{ file, line, entry } = assert.fail()] = tunnels;
    assert.deepEqual([file, line, entry?.autoStart], [dir.file('config'), 3, false]);
    assert.deepEqual(entry?.definition.destination, { host: 'a' });
  });
});

describe('an Include in ssh_config', () => {
  it('is followed, with wildcards, within its block', async () => {
    const { tunnels, files, folders } = await list(
      'Include %DIR%/d/*.conf\nHost c\n Include %DIR%/inner\nHost d\n LocalForward 9 x:9',
      {
        'd/1.conf': 'Host a\n LocalForward 1 x:1',
        'd/2.conf': 'Host b\n LocalForward 2 x:2',
        'd/other': 'Host no\n LocalForward 3 x:3',
        inner: 'LocalForward 4 x:4\nHost d\n LocalForward 5 x:5\nHost c*\n LocalForward 6 x:6',
      },
    );
    assert.deepEqual(
      tunnels.map((tunnel) => [tunnel.alias, ...routes(tunnel)]),
      [
        ['a', '1 x:1'],
        ['b', '2 x:2'],
        ['c', '4 x:4', '6 x:6'],
        ['d', '9 x:9'],
      ],
    );
    assert.deepEqual(
      files,
      ['config', 'd/1.conf', 'd/2.conf', 'inner'].map((name) => dir.file(name)),
    );
    assert.deepEqual(folders, [`${dir.path}/d/`]);
  });
  it('of the same file ends after 16 levels, and is reported', async () => {
    const { tunnels, problem } = await list('Host a\n LocalForward 1 x:2\nHost *\n Include %DIR%/con*');
    assert.match(problem ?? '', /more than 16 levels deep/);
    assert.deepEqual(
      tunnels.map(({ alias }) => alias),
      ['a'],
    );
  });
  it('may have variables and tokens that are the same for every host', async () => {
    const { tunnels } = await list('Include %DIR%${X}/%u %DIR%/${NOT_SET} %DIR%/%n', {
      [`x/${localUser().name}`]: 'Host a\n LocalForward 1 x:1',
    });
    assert.deepEqual(
      tunnels.map(({ alias }) => alias),
      ['a'],
    );
  });
  it('may have brackets', async () => {
    const { tunnels, folders } = await list('Include %DIR%/d/[0-9]* %DIR%/d/[!0-9]?x', {
      'd/1': 'Host a\n LocalForward 1 x:1',
      'd/.2': 'Host no\n LocalForward 1 x:1',
      'd/y1x': 'Host b\n LocalForward 1 x:1',
      'd/y1y': 'Host no\n LocalForward 1 x:1',
    });
    assert.deepEqual(
      tunnels.map(({ alias }) => alias),
      ['a', 'b'],
    );
    assert.deepEqual(folders, [`${dir.path}/d/`]);
  });
  it('of a missing file names the file, so that it can be watched', async () => {
    const { files, problem } = await list('Include %DIR%/later');
    assert.deepEqual(files, [dir.file('config'), dir.file('later')]);
    assert.equal(problem, undefined);
  });
});

describe("a forward of ssh_config that can't be read", () => {
  const cases: readonly [lines: string, line: number, message: RegExp][] = [
    ['LocalForward 1', 2, /^LocalForward takes two words/],
    ['LocalForward 1 x:2 y', 2, /^LocalForward takes two words/],
    [
      'Port 1\n LocalForward 1 x:htp',
      3,
      /A port must be a number from 1 to 65535, or a service such as "http"\./,
    ],
    ['LocalForward /tmp/%q x:2', 2, /"\/tmp\/%q" contains the unknown token "%q"/],
    ['HostName %q\n LocalForward /tmp/%h x:2', 3, /the unknown token "%q"/],
    ['LocalForward ${NOT_SET}/a x:2', 2, /the variable "NOT_SET", which is not set/],
  ];
  for (const [lines, line, message] of cases) {
    it(`is reported with its line when its host has no other: ${JSON.stringify(lines)}`, async () => {
      const { tunnels } = await list(`Host a\n ${lines}`);
      const [{ entry, problems } = assert.fail()] = tunnels;
      assert.equal(entry, undefined);
      assert.deepEqual(problems.map(({ path }) => path).at(-1), [dir.file('config'), line]);
      assert.match(inEnglish(problems.at(-1)?.message), message);
    });
    it(`is left out, and the others are kept: ${JSON.stringify(lines)}`, async () => {
      const { tunnels } = await list(`Host a\n ${lines}\n LocalForward 9 x:9\n DynamicForward 1080`);
      const [tunnel = assert.fail()] = tunnels;
      assert.deepEqual(routes(tunnel), ['9 x:9', '1080 -']);
      assert.deepEqual(tunnel.problems, []);
      const [{ path, message: words } = assert.fail(), ...more] = tunnel.leftOut;
      assert.deepEqual([path, more], [[dir.file('config'), line], []]);
      const shown = inEnglish(words);
      assert.match(shown, /^This forward is left out\. /);
      assert.match(shown.slice('This forward is left out. '.length), message);
    });
  }

  it('is the second of two that listen at the same port', async () => {
    const { tunnels } = await list('Host a\n LocalForward 1 x:2\n LocalForward 1 y:3\n LocalForward 4 x:5');
    const [tunnel = assert.fail()] = tunnels;
    assert.deepEqual(routes(tunnel), ['1 x:2', '4 x:5']);
    assert.deepEqual(
      tunnel.leftOut.map(({ path }) => path),
      [[dir.file('config'), 3]],
    );
    assert.match(inEnglish(tunnel.leftOut[0]?.message), /"1" is already used by .*[\\/]config:2\.$/);
  });
});

describe('the default ssh_config files', () => {
  it('are read when no file is named', async () => {
    const home = dir.path;
    await dir.write('.ssh/config', 'Include more\nHost a\n LocalForward 1 x:2');
    await dir.write('.ssh/more', 'Host b\n LocalForward 1 x:2');
    const { hosts, files } = await readConfigHosts(undefined, { ...localUser(), home }, {});
    assert.deepEqual(hosts.map(({ alias }) => alias).slice(0, 2), ['b', 'a']);
    assert.deepEqual(files.slice(0, 2), [dir.file('.ssh/config'), dir.file('.ssh/more')]);
  });
  it('are not read for "none"', async () => {
    assert.deepEqual(await readConfigHosts('none', localUser(), {}), {
      hosts: [],
      names: [],
      files: [],
      folders: [],
      limits: [],
    });
  });
});
