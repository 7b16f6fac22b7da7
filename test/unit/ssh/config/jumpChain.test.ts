// The chain of jump hosts to a destination. Without an ssh program, so that only the files decide.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { TunnelDefinition } from '../../../../src/tunnels/config/definition';
import { localUser } from '../../../../src/tunnels/ssh/config/localUser';
import { resolveChain } from '../../../../src/tunnels/ssh/config/jumpChain';
import type { HostConfig } from '../../../../src/tunnels/ssh/config/hostConfig';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

type Route = Pick<TunnelDefinition, 'destination' | 'proxyJump'>;
const { name: me } = localUser();

function describeHop({ user, hostName, port, proxyCommand }: HostConfig): string {
  const login = user === me ? '' : `${user}@`;
  return `${login}${hostName}${port === 22 ? '' : `:${port}`}${proxyCommand === undefined ? '' : ` (${proxyCommand})`}`;
}

const to = (host: string, ...proxyJump: readonly string[]): Route => ({
  destination: { host },
  ...(proxyJump.length > 0 ? { proxyJump: proxyJump.map((jump) => ({ host: jump })) } : {}),
});

const good: readonly (readonly [name: string, config: string, route: Route, hops: string])[] = [
  ['without a ProxyJump', '', to('d'), 'd'],
  ['with the ProxyJump of the config', 'Host d\n ProxyJump a', to('d'), 'a d'],
  ['with a list, in its order', 'Host d\n ProxyJump a,b,c', to('d'), 'a b c d'],
  ['with users and ports', 'Host d\n ProxyJump u@a:1,ssh://v@b:2,[::1]:3', to('d'), 'u@a:1 v@b:2 ::1:3 d'],
  ['with a colon in a user, as some bastions expect it', 'Host d\n ProxyJump u:x@a', to('d'), 'u:x@a d'],
  ['with the ProxyJump of a jump host', 'Host d\n ProxyJump b\nHost b\n ProxyJump a', to('d'), 'a b d'],
  [
    'with a ProxyJump of the first jump host only',
    'Host d\n ProxyJump a,b\nHost a\n ProxyJump x\nHost b\n ProxyJump y',
    to('d'),
    'x a b d',
  ],
  [
    'with a list as ProxyJump of the first jump host',
    'Host d\n ProxyJump a\nHost a\n ProxyJump x,y',
    to('d'),
    'x y a d',
  ],
  ['with the proxyJump of the tunnel, not that of the config', 'Host d\n ProxyJump a', to('d', 'b'), 'b d'],
  ["with a ProxyJump of the tunnel's first jump host", 'Host b\n ProxyJump a', to('d', 'b'), 'a b d'],
  [
    "without the ProxyJump of the tunnel's second jump host",
    'Host c\n ProxyJump a',
    to('d', 'b', 'c'),
    'b c d',
  ],
  [
    'with an empty proxyJump of the tunnel',
    'Host d\n ProxyJump a',
    { destination: { host: 'd' }, proxyJump: [] },
    'd',
  ],
  ['with ProxyJump none in the config', 'Host d\n ProxyJump none\nHost *\n ProxyJump a', to('d'), 'd'],
  [
    'with an alias as jump host',
    'Host d\n ProxyJump a\nHost a\n HostName a.org\n Port 9\n User u',
    to('d'),
    'u@a.org:9 d',
  ],
  [
    'with a Host pattern that also matches the jump host',
    'Host a\n ProxyJump none\nHost *\n ProxyJump a',
    to('d'),
    'a d',
  ],
  ['with a ProxyCommand', 'Host d\n ProxyCommand nc', to('d'), 'd (nc)'],
  [
    'with the ProxyCommand of the first jump host',
    'Host d\n ProxyJump a,b\nHost a\n ProxyCommand nc',
    to('d'),
    'a (nc) b d',
  ],
  [
    'without the ProxyCommand of a later jump host',
    'Host b\n ProxyCommand nc\nHost d\n ProxyJump a,b',
    to('d'),
    'a b d',
  ],
  [
    'without the ProxyCommand when the tunnel has a proxyJump',
    'Host d\n ProxyCommand nc',
    to('d', 'a'),
    'a d',
  ],
  [
    'with the ProxyCommand when the proxyJump of the tunnel is empty',
    'Host d\n ProxyCommand nc',
    { destination: { host: 'd' }, proxyJump: [] },
    'd (nc)',
  ],
  ['with the same host twice in the proxyJump of the tunnel', '', to('d', 'a', 'a'), 'a a d'],
  ['with nine jump hosts', chainOf(9), to('h9'), 'h0 h1 h2 h3 h4 h5 h6 h7 h8 h9'],
];

/** h1 jumps through h0, h2 through h1 and so on. */
function chainOf(length: number): string {
  return Array.from({ length }, (_, index) => `Host h${index + 1}\n ProxyJump h${index}\n`).join('');
}

const bad: readonly (readonly [name: string, config: string, route: Route, message: RegExp])[] = [
  ['with a jump host that jumps through itself', 'Host *\n ProxyJump a', to('d'), /forms a loop: a → a/],
  [
    'with two hosts that jump through each other',
    'Host a\n ProxyJump b\nHost b\n ProxyJump a',
    to('a'),
    /forms a loop: a → b → a/,
  ],
  [
    'with a loop that does not include the destination',
    'Host d\n ProxyJump a\nHost a\n ProxyJump b\nHost b\n ProxyJump a',
    to('d'),
    /forms a loop: a → b → a/,
  ],
  [
    'with a jump host that jumps through itself as a user',
    'Host *\n ProxyJump u@a',
    to('d'),
    /forms a loop: u@a → u@a/,
  ],
  [
    'with a jump host that jumps through the destination',
    'Host a\n ProxyJump d',
    to('d', 'a'),
    /forms a loop: d → a → d/,
  ],
  ['with ten jump hosts', chainOf(10), to('h10'), /more than 10 hosts: h10 → h9/],
  ['with a ProxyJump that is no host', 'Host d\n ProxyJump a:b:c', to('d'), /line 2: Invalid ProxyJump/],
  ['with a ProxyJump that is an option', 'Host d\n ProxyJump -oProxyCommand=x', to('d'), /is invalid/],
];

describe('the chain of jump hosts', () => {
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir();
  });
  afterEach(() => dir.remove());

  async function chain(config: string, route: Route): Promise<readonly HostConfig[]> {
    const configFile = await dir.write('config', config);
    return resolveChain(route, { configFile, env: {}, sshProgram: dir.file('no-ssh') });
  }

  for (const [name, config, route, hops] of good) {
    it(`is "${hops}" ${name}`, async () => {
      const hosts = await chain(config, route);
      assert.equal(hosts.map(describeHop).join(' '), hops);
      assert.ok(hosts.every((host) => host.proxyJump === undefined));
    });
  }

  for (const [name, config, route, message] of bad) {
    it(`is refused ${name}`, async () => {
      await assert.rejects(chain(config, route), { code: 'InvalidDefinition', message });
    });
  }
});
