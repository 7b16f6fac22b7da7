// What a person is asked to allow.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { describeTunnel, wishInWords } from '../../../src/extension/consentWords';
import { parseTunnel } from '../../../src/tunnels/model/parseTunnel';

describe('the words of a consent', () => {
  function wish(keys: object): Parameters<typeof describeTunnel>[0] {
    const parsed = parseTunnel('staging', { host: 'bastion', ...keys });
    assert.ok('entry' in parsed, JSON.stringify(parsed));
    return { name: 'staging', origin: 'workspace', entry: parsed.entry };
  }
  const facts = { hops: [{ hostName: 'bastion.example.org', user: 'me', port: 22 }], hash: '' };
  const lines = (keys: object): string[] => describeTunnel(wish(keys), facts).split('\n');

  it('begins with the way there', () => {
    assert.deepEqual(lines({}), ['staging: me@bastion.example.org:22']);
  });

  const rows: readonly [keys: object, line: string][] = [
    [{ localForward: '5432:db:5432' }, 'port 5432 → db:5432'],
    [{ localForward: { listen: 0, target: 'db:1', env: 'DB' } }, 'any free port → db:1, as DB'],
    [{ localForward: '*:80:web:80' }, '*:80 → web:80   ⚠ open to the network'],
    [{ localForward: '/tmp/d.sock:/run/d.sock' }, '/tmp/d.sock → /run/d.sock'],
    [{ dynamicForward: 1080 }, 'port 1080 → SOCKS proxy'],
    [
      { remoteForward: '9000:localhost:3000' },
      "on the server: port 9000 → localhost:3000 from here   ⚠ the server's users can reach this from there",
    ],
    [
      { remoteForward: '*:9000:localhost:3000' },
      "on the server: *:9000 → localhost:3000 from here   ⚠ the server's whole network can reach this from there",
    ],
    [
      { remoteForward: 1080 },
      "on the server: port 1080 → SOCKS proxy from here   ⚠ the server's users can reach whatever this machine can",
    ],
  ];
  for (const [keys, line] of rows) {
    it(JSON.stringify(keys), () => assert.equal(lines(keys)[1], `    ${line}`));
  }

  it('names a command of the user\u2019s own', () => {
    const withCommand = { ...facts, hops: [{ hostName: 'h', user: 'me', port: 22, proxyCommand: 'nc %h' }] };
    assert.match(describeTunnel(wish({}), withCommand), /⚠ your ssh_config runs: nc %h$/);
  });

  it('is brief in a notification', () => {
    const keys = { localForward: '5432:db:5432', remoteForward: '9000:localhost:3000' };
    assert.equal(
      wishInWords([wish(keys)]),
      'This project wants to open 1 SSH tunnel: "staging" (5432, 9000 on the server by bastion).',
    );
  });
});
