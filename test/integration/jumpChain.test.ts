// The route through jump hosts, as we resolve it and as the installed ssh does.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Destination, TunnelDefinition } from '../../src/tunnels/config/definition';
import { parseDestination } from '../../src/tunnels/config/parsing/parseDestination';
import { resolveChain } from '../../src/tunnels/ssh/config/jumpChain';
import { ssh } from '../support/openssh';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';

const { env } = process;

/**
 * Configurations for the host `d`, with the tunnel's jump hosts (`-J`) if any; the hops must be those of the real
 * ssh.
 */
const ways: readonly (readonly [name: string, config: string, jumps?: readonly string[]])[] = [
  ['no ProxyJump', ''],
  ['one jump host', 'Host d\n ProxyJump a'],
  ['a list of jump hosts', 'Host d\n ProxyJump a,b,c'],
  ['a list whose first jump host has a ProxyJump', 'Host d\n ProxyJump b,c\nHost b\n ProxyJump a'],
  ['a list whose second jump host has a ProxyJump', 'Host d\n ProxyJump b,c\nHost c\n ProxyJump a'],
  ['a jump host with a ProxyJump', 'Host d\n ProxyJump c\nHost c\n ProxyJump b\nHost b\n ProxyJump a'],
  ['a jump host with ProxyJump none', 'Host a\n ProxyJump none\nHost *\n ProxyJump a'],
  ['-J', 'Host d\n ProxyJump a', ['b']],
  ['-J with a list', 'Host d\n ProxyJump a', ['b', 'c']],
  ['-J with a list whose first jump host has a ProxyJump', 'Host b\n ProxyJump a', ['b', 'c']],
  ['-J with a list whose second jump host has a ProxyJump', 'Host c\n ProxyJump a', ['b', 'c']],
  ['-J beside a ProxyCommand', 'Host d\n ProxyCommand false', ['b']],
];

describe('ProxyJump, compared with ssh:', () => {
  const names = ['a', 'b', 'c', 'd'] as const;
  const servers = new Map<string, Sshd>();
  let dir: TempDir;
  before(async () => {
    dir = await tempDir();
    await Promise.all(names.map(async (name) => servers.set(name, await startSshd({ logLevel: 'DEBUG1' }))));
  });
  after(async () => {
    await Promise.all([...servers.values()].map((server) => server.stop()));
    await dir.remove();
  });

  for (const [name, config, jumps] of ways) {
    it(`gives the same hops: ${name}`, async () => {
      const blocks = names.map((host) => {
        const { port, clientKey } = servers.get(host)!;
        return `Host ${host}\n HostName 127.0.0.1\n Port ${port}\n IdentityFile ${clientKey}\n`;
      });
      const rest =
        'Host *\n StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n IdentitiesOnly yes\n IdentityAgent none\n';
      const configFile = await dir.write('config', `${config}\n${blocks.join('')}${rest}`);
      const [byUs, bySsh] = await Promise.all([waysOurs(configFile, jumps), wayOfSsh(configFile, jumps)]);
      assert.equal(byUs, bySsh);
    });
  }

  async function waysOurs(configFile: string, jumps: readonly string[] | undefined): Promise<string> {
    const way: Pick<TunnelDefinition, 'destination' | 'proxyJump'> = {
      destination: { host: 'd' },
      ...(jumps ? { proxyJump: jumps.map(parsed) } : {}),
    };
    const hops = await resolveChain(way, { configFile, env });
    return hops.map((hop) => nameOf(hop.port)).join(' ');
  }

  /** Each server logs which port it was asked to connect to: that of the next hop. */
  async function wayOfSsh(configFile: string, jumps: readonly string[] | undefined): Promise<string> {
    const before = new Map([...servers].map(([name, server]) => [name, server.log().length]));
    const real = await ssh(['-F', configFile, ...(jumps ? ['-J', jumps.join(',')] : []), 'd', 'true']);
    assert.equal(real.code, 0, real.stderr);
    const next = new Map<string, string>();
    for (const [name, server] of servers) {
      const log = server.log().slice(before.get(name));
      const port = /direct_tcpip: originator .* target 127\.0\.0\.1 port (\d+)/.exec(log)?.[1];
      if (port !== undefined) {
        next.set(nameOf(Number(port)), name);
      }
    }
    let way = ['d'];
    for (let hop = next.get('d'); hop !== undefined; hop = next.get(hop)) {
      way = [hop, ...way];
    }
    return way.join(' ');
  }

  function nameOf(port: number): string {
    return [...servers].find(([, server]) => server.port === port)?.[0] ?? `port ${port}`;
  }
});

function parsed(text: string): Destination {
  const result = parseDestination(text, 'user');
  assert.ok('value' in result);
  return result.value;
}
