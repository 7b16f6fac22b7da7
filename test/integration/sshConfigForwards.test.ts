// The forwards of ssh_config hosts, as we read them for the list and as the installed ssh prints them.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { formatAddress, isSocketPath } from '../../src/tunnels/util/address';
import { forwardTarget } from '../../src/tunnels/config/forward';
import type { Forward } from '../../src/tunnels/config/forward';
import { parseForwards } from '../../src/tunnels/config/parsing/parseForward';
import { readConfigHosts } from '../../src/tunnels/ssh/config/hostList/configHosts';
import { toSetting } from '../../src/tunnels/ssh/config/hostList/configTunnels';
import { localUser } from '../../src/tunnels/ssh/config/localUser';
import { ssh } from '../support/openssh';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';

/** Each config for the host `web`, which has forwards in all of them. */
const configs: readonly (readonly [name: string, config: string])[] = [
  ['a port', 'Host web\n LocalForward 8080 db:5432'],
  ['in two words with an =', 'Host=web\n LocalForward = 8080 db:5432'],
  ['in quotes', '"Host" \'web\'\n "LocalForward" "8080" \'db:5432\' # not this'],
  [
    'bind addresses',
    'Host web\n LocalForward 127.0.0.1:1 x:1\n LocalForward [::1]:2 [fe80::1]:2\n LocalForward *:3 x:3\n LocalForward localhost:4 x:4\n LocalForward :5 x:5',
  ],
  ['sockets instead of addresses', 'Host web\n LocalForward 8080 /run/x.sock\n LocalForward /tmp/y.sock x:1'],
  [
    'sockets with tokens',
    'Host web\n LocalForward %d/%n.sock /run/%u-%i-%l-%L-%%\n LocalForward ${HOME}/a ${HOME}/b',
  ],
  [
    'sockets with tokens that depend on the host',
    'Host web\n LocalForward /tmp/%h-%p-%r-%k /run/%C\n RemoteForward /tmp/%r@%h+%p ${HOME}/%n\nHost w*\n HostName %h.Example.org\n Port 77\nHost *\n User you\n Port 1\n HostKeyAlias Key',
  ],
  [
    'variables that are a port, an address or a path',
    'Host web\n LocalForward ${SSH_TUNNELS_TEST_PORT} x:${SSH_TUNNELS_TEST_PORT}\n LocalForward 1 ${SSH_TUNNELS_TEST_PATH}',
  ],
  [
    'Match blocks about the host',
    'Host web\n HostName web.org\n LocalForward 1 x:1\nMatch host *.org\n LocalForward 2 x:2\nMatch originalhost WEB,x user *\n LocalForward 3 x:3\nMatch !host web\n LocalForward 4 x:4\nMatch host web\n LocalForward 5 x:5\nMatch !user *\n LocalForward 6 x:6\nMatch !all\n LocalForward 7 x:7',
  ],
  ['ClearAllForwardings false', 'Host web\n ClearAllForwardings false\n LocalForward 1 x:1'],
  ['sockets with spaces', 'Host web\n LocalForward "/tmp/a b" "/tmp/c d"'],
  ['tokens in a target host, which stay', 'Host web\n LocalForward 1 %h:1'],
  ['dynamic forwards', 'Host web\n DynamicForward 1080\n DynamicForward [::1]:1081\n DynamicForward *:1082'],
  [
    'remote forwards',
    'Host web\n RemoteForward 9000 localhost:3000\n RemoteForward 9001\n RemoteForward *:9002 /tmp/x\n RemoteForward /tmp/y localhost:1\n RemoteForward 0 x:2',
  ],
  [
    'several blocks',
    'LocalForward 1 x:1\nHost web other\n LocalForward 2 x:2\nHost other\n LocalForward 3 x:3\nHost w?b\n LocalForward 4 x:4\nHost * !web\n LocalForward 5 x:5\nMatch all\n LocalForward 6 x:6',
  ],
  ['a forward written twice', 'Host web\n LocalForward 1 x:1\n LocalForward 1 x:1'],
  ['a block in upper case', 'Host WEB\n LocalForward 1 x:1\nHost web\n LocalForward 2 x:2'],
  ['an Include', 'Include %DIR%/a*\nHost web\n LocalForward 1 x:1'],
  [
    'an Include within a block',
    'Host web\n Include %DIR%/inc\n LocalForward 1 x:1\nHost other\n Include %DIR%/inc',
  ],
  ['an Include within another block', 'Host other\n Include %DIR%/inc\nHost web\n LocalForward 1 x:1'],
  [
    'comments and blank lines',
    '\n# Host x\n  # LocalForward 9 x:9\nHost web\n\n\tLocalForward\t1\tx:1   \r\n',
  ],
  ['a port of 65535', 'Host web\n LocalForward 65535 x:65535'],
];

/** As dump_client_config() in readconf.c writes it; an empty address is `*` here. */
function printed(forward: Forward): string {
  const { kind, listen } = forward;
  const target = forwardTarget(forward);
  const from =
    'path' in listen
      ? listen.path
      : listen.bind === undefined
        ? String(listen.port)
        : `[${listen.bind}]:${listen.port}`;
  if (kind === 'dynamic') {
    return `dynamicforward ${from}`;
  }
  const to = target && (isSocketPath(target) ? formatAddress(target) : `[${target.host}]:${target.port}`);
  return `${kind}forward ${from} ${to ?? '[socks]:0'}`;
}

/** Without the lines for local forwards with a socket, which ssh also prints as dynamic ones. */
function forwardLines(output: string): readonly string[] {
  const lines = output.split('\n').map((line) => line.replace(' []:', ' [*]:'));
  const all = lines.filter((line) => /^(local|remote|dynamic)forward /.test(line));
  return all.filter((line) => {
    const [keyword, listen] = line.split(' ');
    const alsoLocal = all.some(
      (other) => other.startsWith(`localforward ${listen ?? ''} `) && other.includes('/'),
    );
    return !(keyword === 'dynamicforward' && alsoLocal);
  });
}

process.env['SSH_TUNNELS_TEST_PORT'] = '4711';
process.env['SSH_TUNNELS_TEST_PATH'] = '/run/%n.sock';

describe('the forwards listed for a host of ssh_config', () => {
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir('config-hosts-');
    await dir.write('a1', 'Host web\n LocalForward 11 x:11');
    await dir.write('a2', 'Host *\n LocalForward 12 x:12');
    await dir.write(
      'inc',
      'LocalForward 21 x:21\nHost web\n LocalForward 22 x:22\nHost other\n LocalForward 23 x:23',
    );
  });
  afterEach(() => dir.remove());

  for (const [name, config] of configs) {
    it(`are the same as in ssh -G: ${name}`, async () => {
      const file = await dir.write('config', config.replaceAll('%DIR%', dir.path));
      const { code, stdout, stderr } = await ssh(['-F', file, '-G', '--', 'web']);
      assert.equal(code, 0, stderr);
      const local = localUser();
      const { hosts } = await readConfigHosts(file, local, process.env);
      const host = hosts.find(({ alias }) => alias === 'web');
      assert.ok(host);
      const { value, problems } = toSetting(host, local, process.env);
      const faults: unknown[] = [...problems];
      const forwards = parseForwards(value, (path, message) => faults.push({ path, message }));
      assert.deepEqual(faults, []);
      assert.deepEqual(forwards.map(printed).sort(), [...forwardLines(stdout)].sort());
    });
  }
});
