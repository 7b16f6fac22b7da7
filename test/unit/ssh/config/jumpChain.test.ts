// The hosts on the way to a destination. Without an ssh, so that nothing but the files decides.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { TunnelDefinition } from '../../../../src/tunnels/config/definition';
import { localUser } from '../../../../src/tunnels/ssh/config/localUser';
import { resolveChain } from '../../../../src/tunnels/ssh/config/jumpChain';
import type { ResolvedHost } from '../../../../src/tunnels/ssh/config/resolvedHost';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

type Way = Pick<TunnelDefinition, 'destination' | 'proxyJump'>;
const { name: me } = localUser();

function describeHop({ user, hostName, port, proxyCommand }: ResolvedHost): string {
  const login = user === me ? '' : `${user}@`;
  return `${login}${hostName}${port === 22 ? '' : `:${port}`}${proxyCommand === undefined ? '' : ` (${proxyCommand})`}`;
}

const to = (host: string, ...proxyJump: readonly string[]): Way => ({
  destination: { host },
  ...(proxyJump.length > 0 ? { proxyJump: proxyJump.map((jump) => ({ host: jump })) } : {}),
});

const good: readonly (readonly [name: string, config: string, way: Way, hops: string])[] = [
  ['no jump', '', to('d'), 'd'],
  ['the config', 'Host d\n ProxyJump a', to('d'), 'a d'],
  ['a list, in order', 'Host d\n ProxyJump a,b,c', to('d'), 'a b c d'],
  ['users and ports', 'Host d\n ProxyJump u@a:1,ssh://v@b:2,[::1]:3', to('d'), 'u@a:1 v@b:2 ::1:3 d'],
  ['the jump of a jump', 'Host d\n ProxyJump b\nHost b\n ProxyJump a', to('d'), 'a b d'],
  [
    'only the first of a list may have one',
    'Host d\n ProxyJump a,b\nHost a\n ProxyJump x\nHost b\n ProxyJump y',
    to('d'),
    'x a b d',
  ],
  ['a list before the first', 'Host d\n ProxyJump a\nHost a\n ProxyJump x,y', to('d'), 'x y a d'],
  ['the tunnel wins', 'Host d\n ProxyJump a', to('d', 'b'), 'b d'],
  ['the first of the tunnel may have one', 'Host b\n ProxyJump a', to('d', 'b'), 'a b d'],
  ['the second of the tunnel may not', 'Host c\n ProxyJump a', to('d', 'b', 'c'), 'b c d'],
  ['none, says the tunnel', 'Host d\n ProxyJump a', { destination: { host: 'd' }, proxyJump: [] }, 'd'],
  ['none, says the config', 'Host d\n ProxyJump none\nHost *\n ProxyJump a', to('d'), 'd'],
  [
    'an alias of a jump',
    'Host d\n ProxyJump a\nHost a\n HostName a.org\n Port 9\n User u',
    to('d'),
    'u@a.org:9 d',
  ],
  ['a pattern that holds the jump too', 'Host a\n ProxyJump none\nHost *\n ProxyJump a', to('d'), 'a d'],
  ['a ProxyCommand', 'Host d\n ProxyCommand nc', to('d'), 'd (nc)'],
  [
    'a ProxyCommand of the first jump',
    'Host d\n ProxyJump a,b\nHost a\n ProxyCommand nc',
    to('d'),
    'a (nc) b d',
  ],
  ['a ProxyCommand of a later one', 'Host b\n ProxyCommand nc\nHost d\n ProxyJump a,b', to('d'), 'a b d'],
  ['a ProxyCommand, but the tunnel jumps', 'Host d\n ProxyCommand nc', to('d', 'a'), 'a d'],
  [
    'a ProxyCommand, and no jump',
    'Host d\n ProxyCommand nc',
    { destination: { host: 'd' }, proxyJump: [] },
    'd (nc)',
  ],
  ['the same host twice, as the tunnel wants it', '', to('d', 'a', 'a'), 'a a d'],
  ['nine in turn', chainOf(9), to('h9'), 'h0 h1 h2 h3 h4 h5 h6 h7 h8 h9'],
];

/** h1 jumps through h0, h2 through h1 and so on. */
function chainOf(length: number): string {
  return Array.from({ length }, (_, index) => `Host h${index + 1}\n ProxyJump h${index}\n`).join('');
}

const bad: readonly (readonly [name: string, config: string, way: Way, message: RegExp])[] = [
  ['itself', 'Host *\n ProxyJump a', to('d'), /in a circle: a → a/],
  ['each other', 'Host a\n ProxyJump b\nHost b\n ProxyJump a', to('a'), /in a circle: a → b → a/],
  [
    'in a circle after a while',
    'Host d\n ProxyJump a\nHost a\n ProxyJump b\nHost b\n ProxyJump a',
    to('d'),
    /in a circle: a → b → a/,
  ],
  ['in a circle that grows', 'Host *\n ProxyJump u@a', to('d'), /in a circle: u@a → u@a/],
  ['back to the destination', 'Host a\n ProxyJump d', to('d', 'a'), /in a circle: d → a → d/],
  ['ten in turn', chainOf(10), to('h10'), /more than 10 hosts in turn: h10 → h9/],
  [
    'what is no host',
    'Host d\n ProxyJump a:b:c',
    to('d'),
    /The ProxyJump of "d", a:b:c, cannot be understood/,
  ],
  ['an option', 'Host d\n ProxyJump -oProxyCommand=x', to('d'), /cannot be understood/],
];

describe('the way through jump hosts', () => {
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir();
  });
  afterEach(() => dir.remove());

  async function chain(config: string, way: Way): Promise<readonly ResolvedHost[]> {
    const configFile = await dir.write('config', config);
    return resolveChain(way, { configFile, env: {}, sshProgram: dir.file('no-ssh') });
  }

  for (const [name, config, way, hops] of good) {
    it(`${name}: ${hops}`, async () => {
      const hosts = await chain(config, way);
      assert.equal(hosts.map(describeHop).join(' '), hops);
      assert.ok(hosts.every((host) => host.proxyJump === undefined));
    });
  }

  for (const [name, config, way, message] of bad) {
    it(`is refused through ${name}`, async () => {
      await assert.rejects(chain(config, way), { code: 'InvalidDefinition', message });
    });
  }
});
