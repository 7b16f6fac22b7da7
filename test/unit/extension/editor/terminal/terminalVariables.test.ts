// Which variables the terminals get from which forwards.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { terminalVariables } from '../../../../../src/extension/editor/terminal/terminalVariables';
import { parseTunnel } from '../../../../../src/tunnels/config/parsing/parseTunnel';
import type { Candidate } from '../../../../../src/extension/editor/terminal/terminalVariables';
import { withFakeVscode } from '../../../../support/fakeVscode';
import { listening, local } from '../../../views/snapshots';

function candidate(change: Partial<Candidate> = {}): Candidate {
  return {
    tunnel: 'staging',
    origin: 'workspace',
    folder: undefined,
    forward: local('Database', { env: 'DB_PORT' }),
    state: undefined,
    rememberedPort: undefined,
    ...change,
  };
}

function values(...candidates: readonly Candidate[]): Record<string, string> {
  return Object.fromEntries(terminalVariables(candidates, []).get(undefined)?.values ?? []);
}

describe('the variables in terminals', () => {
  const free = local('Database', { env: 'DB_PORT', listen: { bind: undefined, port: 0 } });

  it('are the port, the host and the address, even before the tunnel is up', () => {
    assert.deepEqual(values(candidate()), {
      DB_PORT: '5432',
      DB_PORT_HOST: '127.0.0.1',
      DB_PORT_ADDRESS: '127.0.0.1:5432',
    });
  });
  it('have the port that "listen": 0 took, also while it is not open', () => {
    assert.deepEqual(values(candidate({ forward: free })), {});
    assert.equal(values(candidate({ forward: free, rememberedPort: 40_000 }))['DB_PORT'], '40000');
    const state = listening({ bound: [{ host: '127.0.0.1', port: 40_001 }] });
    assert.equal(values(candidate({ forward: free, state }))['DB_PORT'], '40001');
  });
  it('have the port that ifPortBusy "next" chose last time', () => {
    const next = local('Database', { env: 'DB_PORT', ifPortBusy: 'next' });
    assert.equal(values(candidate({ forward: next, rememberedPort: 5433 }))['DB_PORT'], '5433');
  });
  const hosts: readonly (readonly [bind: string, host: string])[] = [
    ['*', '127.0.0.1'],
    ['', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
    ['::', '::1'],
    ['127.0.0.2', '127.0.0.2'],
  ];
  for (const [bind, host] of hosts) {
    it(`have the host ${host} for the bind address "${bind}"`, () => {
      const forward = local('Database', { env: 'DB_PORT', listen: { bind, port: 80 } });
      assert.equal(values(candidate({ forward }))['DB_PORT_HOST'], host);
    });
  }
  it('wait until a bind address that may not be of this machine is bound', () => {
    const listen = { bind: '192.168.1.2', port: 5432 };
    const forward = local('Database', { env: 'PGHOST', listen });
    assert.deepEqual(values(candidate({ forward, rememberedPort: 5432 })), {});
    const state = listening({ bound: [{ host: '192.168.1.2', port: 5432 }] });
    assert.deepEqual(values(candidate({ forward, state })), { PGHOST: '192.168.1.2' });
  });
  it('never have the path of a Unix socket', () => {
    const listen = { path: '/tmp/d.sock' };
    const forward = local('Docker', { env: 'DB_PORT', listen });
    assert.deepEqual(values(candidate({ forward })), {});
    assert.deepEqual(values(candidate({ forward, state: listening({ bound: [listen] }) })), {});
  });
  it('have a URL with the protocol of the forward', () => {
    const forward = local('Redis', { env: 'REDIS_URL', protocol: 'redis' });
    assert.deepEqual(values(candidate({ forward })), { REDIS_URL: 'redis://127.0.0.1:5432' });
  });
  it("never lead to another machine or a file, wherever a project's forward is to listen", () => {
    const listens = ['/tmp/x', '~/x', 'evil.example:5432', '10.0.0.1:5432', '[2001:db8::1]:5432', '5432'];
    for (const listen of [
      ...listens,
      '*:5432',
      '0.0.0.0:5432',
      '[::]:5432',
      'localhost:5432',
      '127.1.2.3:5432',
    ]) {
      for (const env of ['DB_PORT', 'PGHOST', 'KAFKA_BROKERS', 'REDIS_URL', 'LM_LICENSE_FILE']) {
        const localForward = { listen, target: 'db:5432', env, protocol: 'redis' };
        const parsed = parseTunnel('db', { host: 'a', localForward }, 'user');
        const forwards = 'entry' in parsed ? parsed.entry.definition.forwards : [];
        for (const value of Object.values(values(...forwards.map((forward) => candidate({ forward }))))) {
          assert.match(
            value,
            /^(5432|(redis:\/\/|5432@)?(127(\.\d+){3}|\[?::1\]?)(:5432)?)$/,
            `${env} of ${listen}`,
          );
        }
      }
    }
  });
  it('leave out forwards without "env", and remote forwards', () => {
    assert.deepEqual(values(candidate({ forward: local('Database') })), {});
    const remote = { ...local('Back', { env: 'BACK_PORT' }), kind: 'remote' } as const;
    assert.deepEqual(values(candidate({ forward: remote })), {});
  });
  const other = local('Other', { env: 'DB_PORT', listen: { bind: undefined, port: 1 } });
  it('are set in the folder that defines them, and the nearer of two origins wins', () => {
    const scopes = terminalVariables(
      [
        candidate({ origin: 'user', forward: other }),
        candidate(),
        candidate({ origin: 'folder', folder: 'file:///web', forward: local('Page', { env: 'PAGE_PORT' }) }),
      ],
      ['file:///web', 'file:///api'],
    );
    assert.equal(scopes.size, 2);
    assert.equal(scopes.get(undefined)?.values.get('DB_PORT'), '5432');
    assert.deepEqual(scopes.get(undefined)?.sources, ['DB_PORT: Database of staging']);
    assert.equal(scopes.get('file:///web')?.values.get('PAGE_PORT'), '5432');
  });
  it('are set folder by folder, not for the window, when one folder has its own', () => {
    const scopes = terminalVariables(
      [candidate(), candidate({ origin: 'folder', folder: 'file:///web', forward: other })],
      ['file:///web', 'file:///api'],
    );
    assert.deepEqual(scopes.get(undefined)?.values ?? new Map(), new Map());
    assert.equal(scopes.get('file:///web')?.values.get('DB_PORT'), '1');
    assert.deepEqual(scopes.get('file:///web')?.sources, ['DB_PORT: Other of staging']);
    assert.equal(scopes.get('file:///api')?.values.get('DB_PORT'), '5432');
  });
});

describe('the variables of a proxied terminal', () => {
  it('are in upper and lower case, and have the proxy resolve names', async () => {
    const { proxyVariables } = await withFakeVscode(
      () => import('../../../../../src/extension/editor/terminal/terminalCommands'),
    );
    const variables = proxyVariables({ host: '127.0.0.1', port: 1080 });
    assert.equal(variables['ALL_PROXY'], 'socks5h://127.0.0.1:1080');
    assert.equal(variables['http_proxy'], 'http://127.0.0.1:1080');
    assert.equal(variables['no_proxy'], 'localhost,127.0.0.1,::1');
    assert.equal(Object.keys(variables).length, 8);
  });
});
