// The text of a consent request: what the user is asked to allow.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { consentLines, describeConsentRequests } from '../../../../src/views/consent/consentLines';
import type { ConsentRequest } from '../../../../src/views/consent/consentLines';
import type { ConsentLine } from '../../../../src/views/webview/pageData';
import { entrySubject } from '../../../../src/tunnels/config/consentSubject';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';

describe('the text of a consent request', () => {
  function request(keys: object): ConsentRequest {
    const parsed = parseTunnel('staging', { host: 'bastion', ...keys }, 'user');
    assert.ok('entry' in parsed, JSON.stringify(parsed));
    return { name: 'staging', origin: 'workspace', entry: parsed.entry };
  }
  const facts = { hops: [{ hostName: 'bastion.example.org', user: 'me', port: 22 }], hash: '' };
  const lines = (keys: object): string[] => consentLines(request(keys), facts).map(written);
  const written = ({ text, risk }: ConsentLine): string =>
    risk === undefined ? text : `${text}   ⚠ ${risk}`;

  it('says where a socket path of the project leads', () => {
    const leads = (leavesProject: boolean): string | undefined => {
      const link = { path: '/shop/dev.sock', real: '/run/docker.sock', leavesProject };
      return consentLines(request({ remoteForward: '9000:/shop/dev.sock' }), {
        ...facts,
        socketLinks: [link],
      })
        .map(written)
        .find((line) => line.includes('9000'));
    };
    assert.match(
      leads(false) ?? '',
      /→ \/shop\/dev\.sock via this machine; \/shop\/dev\.sock leads to \/run\/docker\.sock {3}⚠ the server/,
    );
    assert.match(
      leads(true) ?? '',
      /⚠ a symbolic link of the project leads out of it; the server's users can/,
    );
  });

  it('begins with the server, and says when the tunnel starts', () => {
    assert.deepEqual(lines({}), ['bastion.example.org:22 as me', 'starts when the folder opens']);
  });

  const rows: readonly [keys: object, line: string][] = [
    [{ localForward: '5432:db:5432' }, 'port 5432 → db:5432'],
    [
      { localForward: { listen: 0, target: 'db:1', env: 'DB_PORT' } },
      'any free port → db:1, as DB_PORT   ⚠ sets DB_PORT in terminals',
    ],
    [{ localForward: '*:80:web:80' }, '*:80 → web:80   ⚠ open to the network'],
    [
      { localForward: '/tmp/d.sock:/run/d.sock' },
      "/tmp/d.sock → /run/d.sock   ⚠ a socket: access to Docker's, for example, means root access",
    ],
    [{ localForward: '/tmp/d.sock:web:80' }, '/tmp/d.sock → web:80   ⚠ creates a file'],
    [
      { localForward: { listen: 80, target: 'web:80', ifPortBusy: 'next' } },
      'port 80, or the next free port → web:80',
    ],
    [
      { dynamicForward: 1080 },
      'port 1080 → SOCKS proxy   ⚠ programs on this machine can reach whatever the server can',
    ],
    [
      { dynamicForward: '*:1080' },
      '*:1080 → SOCKS proxy   ⚠ other machines on your network can reach whatever the server can',
    ],
    [
      { x11Programs: { Clock: 'xclock -d' } },
      'runs on the server, as "Clock": xclock -d   ⚠ a program on the server shows windows on your display',
    ],
    [
      { x11Programs: { Editor: { command: 'gedit', trusted: true } } },
      'runs on the server, as "Editor", trusted with your display: gedit   ⚠ it can read what you type in any window of your display, and see and control those windows',
    ],
    [
      { x11Programs: { Desk: { command: 'gedit', nested: '800x600' } } },
      'runs on the server, as "Desk", in its own 800x600 window: gedit   ⚠ a program on the server shows windows on your display',
    ],
    [
      { x11Programs: { Desk: { command: 'gedit', trusted: true, nested: '800x600' } } },
      'runs on the server, as "Desk", in its own 800x600 window, trusted in that window: gedit   ⚠ a program on the server shows windows on your display',
    ],
    [{ compression: true }, 'compressed'],
    [{ exitOnForwardFailure: true }, 'all forwards or none'],
    [{ reconnect: false }, "doesn't reconnect"],
    [{ autoStart: false }, 'starts only when you start it'],
    [{ autoStart: 'onConnect', localForward: [] }, 'connects on first use'],
    [
      { remoteForward: '9000:localhost:3000' },
      "on the server: port 9000 → localhost:3000 via this machine   ⚠ the server's users can connect to it",
    ],
    [
      { remoteForward: '*:9000:localhost:3000' },
      "on the server: *:9000 → localhost:3000 via this machine   ⚠ the server's whole network can connect to it",
    ],
    [
      { remoteForward: 1080 },
      "on the server: port 1080 → SOCKS proxy via this machine   ⚠ the server's users can reach whatever this machine can",
    ],
  ];
  for (const [keys, line] of rows) {
    it(`is "${line}" for ${JSON.stringify(keys)}`, () => assert.equal(lines(keys)[1], line));
  }

  it('names a ProxyCommand of the user\u2019s own ssh_config', () => {
    const withCommand = { ...facts, hops: [{ hostName: 'h', user: 'me', port: 22, proxyCommand: 'nc %h' }] };
    assert.deepEqual(consentLines(request({}), withCommand)[1], {
      text: 'nc %h',
      risk: 'a command from your own SSH config, run on this machine',
    });
  });

  it('has no password of a ProxyCommand, because the lines that were allowed are stored', () => {
    const proxyCommand = 'sshpass -p hunter2 ssh -W h:22 gate';
    const withPassword = { ...facts, hops: [{ hostName: 'h', user: 'me', port: 22, proxyCommand }] };
    assert.equal(consentLines(request({}), withPassword)[1]?.text, 'sshpass -p … ssh -W h:22 gate');
  });

  it('shows a command of 3000 characters in full', () => {
    const command = `xterm -e ${'x'.repeat(3000)} evil`;
    const line = consentLines(request({ x11Programs: { Clock: command } }), facts)[1];
    assert.ok(line?.text.endsWith('x evil'));
  });

  it('shows host and jump host as written when they are not resolved yet', () => {
    assert.equal(
      consentLines(request({ proxyJump: 'me@gate:2222' }), undefined)[0]?.text,
      'bastion, through gate:2222 as me',
    );
  });

  it('differs for every change of a definition that needs consent', () => {
    const base = { localForward: '5432:db:5432' };
    const changes: readonly object[] = [
      { host: 'other' },
      { proxyJump: 'gate' },
      { localForward: '5433:db:5432' },
      { localForward: '5432:db:5433' },
      { localForward: '*:5432:db:5432' },
      { localForward: { listen: 5432, target: 'db:5432', env: 'DB_PORT' } },
      { localForward: { listen: 5432, target: 'db:5432', ifPortBusy: 'next' } },
      { localForward: { listen: 5432, target: 'db:5432', ifPortBusy: 'ask' } },
      { localForward: [], remoteForward: '5432:db:5432' },
      { x11Programs: { Clock: 'xclock' } },
      { x11Programs: { Clock: { command: 'xclock', trusted: true } } },
      { x11Programs: { Clock: { command: 'xclock', nested: '800x600' } } },
      { compression: false },
      { exitOnForwardFailure: false },
      { reconnect: false },
      { autoStart: 'onConnect' },
    ];
    const before = request(base);
    for (const change of changes) {
      const after = request({ ...base, ...change });
      assert.notEqual(entrySubject(after.entry), entrySubject(before.entry), JSON.stringify(change));
      assert.notDeepEqual(
        consentLines(after, undefined),
        consentLines(before, undefined),
        JSON.stringify(change),
      );
    }
  });

  it('differs for trusted and nested programs without the risk that follows', () => {
    const texts = [{}, { trusted: true }, { nested: '800x600' }, { nested: '800x600', trusted: true }].map(
      (how) => consentLines(request({ x11Programs: { Clock: { command: 'x', ...how } } }), facts)[1]?.text,
    );
    assert.equal(new Set(texts).size, texts.length);
  });

  it('says "connects when you run a program" for a tunnel with only programs, for every autoStart', () => {
    const ways = [true, false, 'onConnect'].map((autoStart) =>
      request({ x11Programs: { Clock: 'xclock' }, autoStart }),
    );
    for (const way of ways) {
      assert.equal(consentLines(way, facts).at(-1)?.text, 'connects when you run a program');
    }
    assert.equal(new Set(ways.map(({ entry }) => entrySubject(entry))).size, 1);
  });

  it('names tunnel, ports and host in a notification', () => {
    const keys = { localForward: '5432:db:5432', remoteForward: '9000:localhost:3000' };
    assert.equal(
      describeConsentRequests([request(keys)]),
      'This project wants to open 1 SSH tunnel: bastion ("staging": port 5432 and port 9000 on the server).',
    );
  });

  it('lists several ports in a notification', () => {
    const keys = { localForward: ['8081:a:1', '0:b:2', '15432:c:3', '*:9000:d:4'] };
    assert.match(
      describeConsentRequests([request(keys)]),
      / bastion \("staging": ports 8081, 15432, a free port, and \*:9000\)\.$/,
    );
  });

  it('names the resolved server and the programs in a notification', () => {
    const keys = { localForward: '5432:db:5432', x11Programs: { Clock: 'xclock' } };
    assert.match(
      describeConsentRequests([request(keys)], [facts]),
      / bastion\.example\.org:22 as me \("staging": port 5432 and the program "Clock"\)\.$/,
    );
  });
});
