// Formatting a tunnel as an ssh command line.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatCommandLine } from '../../../../src/tunnels/config/commandLine/formatCommandLine';
import type { TunnelDefinition } from '../../../../src/tunnels/config/definition';
import { readDefinition } from '../../../support/tunnelDefinitions';
import { inEnglish } from '../../../support/inEnglish';

function format(record: object, port?: number): ReturnType<typeof formatCommandLine> {
  const definition: TunnelDefinition = readDefinition({ host: 'host', ...record });
  return formatCommandLine(definition, { boundPort: () => port });
}

describe('the ssh command line formatter', () => {
  const cases: readonly [record: object, line: string][] = [
    [{}, 'ssh -N host'],
    [{ host: 'me@host:2222' }, 'ssh -N -p 2222 me@host'],
    [{ host: 'me@[::1]:2222' }, 'ssh -N -p 2222 me@::1'],
    [{ host: 'DOMAIN\\joe@host' }, "ssh -N 'DOMAIN\\joe@host'"],
    [{ host: 'ssh://jo%20do@host' }, "ssh -N 'jo do@host'"],
    [{ proxyJump: ['me@a:22', 'b', '::1'] }, 'ssh -N -J me@a:22,b,::1 host'],
    [{ proxyJump: 'me@[::1]:22' }, "ssh -N -J 'me@[::1]:22' host"],
    [{ proxyJump: [] }, 'ssh -N -J none host'],
    [{ compression: true }, 'ssh -N -C host'],
    [{ compression: false }, 'ssh -N -o Compression=no host'],
    [
      { exitOnForwardFailure: true, serverAliveInterval: 0, serverAliveCountMax: 2, connectTimeout: 5 },
      'ssh -N -o ExitOnForwardFailure=yes -o ServerAliveInterval=0 -o ServerAliveCountMax=2 -o ConnectTimeout=5 host',
    ],
    [
      {
        dynamicForward: ['1080', '*:1081'],
        remoteForward: ['9000:localhost:3000', '0:a:1', '9001'],
        localForward: ['8080:a:80', '[::1]:8081:[::2]:80', ':8082:a:80'],
      },
      "ssh -N -L 8080:a:80 -L '[::1]:8081:[::2]:80' -L '*:8082:a:80' -R 9000:localhost:3000 -R 0:a:1 -R 9001 -D 1080 -D '*:1081' host",
    ],
    [{ localForward: '/tmp/a.sock:/var/run/b.sock' }, 'ssh -N -L /tmp/a.sock:/var/run/b.sock host'],
    [{ localForward: '~/a.sock:/b.sock' }, 'ssh -N -L ~/a.sock:/b.sock host'],
    [{ remoteForward: '/a.sock:~/b.sock' }, "ssh -N -R '/a.sock:~/b.sock' host"],
    [{ localForward: { listen: '/tmp/a b:c', target: '/d\\e' } }, "ssh -N -L '/tmp/a b\\:c:/d\\\\e' host"],
    [{ x11Programs: { Firefox: 'firefox' }, compression: true }, 'ssh -f -T -X -C host firefox'],
    [
      { x11Programs: { Top: { command: "xterm -e 'top -d 1'", trusted: true } } },
      "ssh -f -T -Y host 'xterm -e '\\''top -d 1'\\'''",
    ],
    [{ x11Programs: { mine: '~/bin/mine' } }, "ssh -f -T -X host '~/bin/mine'"],
    [{ x11Programs: { odd: '-odd' } }, 'ssh -f -T -X host -- -odd'],
  ];
  for (const [record, line] of cases) {
    it(`writes "${line}"`, () => assert.deepEqual(format(record), { line, missing: [] }));
  }

  it('writes the port that a forward is bound to', () => {
    const record = { localForward: '0:a:80', dynamicForward: '*:0', remoteForward: '0:a:80' };
    assert.deepEqual(format(record, 5432), {
      line: "ssh -N -L 5432:a:80 -R 0:a:80 -D '*:5432' host",
      missing: [],
    });
  });
  it('reports a forward on any free port that has no port yet', () => {
    const { line, missing } = format({ localForward: ['0:a:80', '1:a:80'] });
    assert.equal(line, 'ssh -N -L 1:a:80 host');
    assert.equal(missing.length, 1);
    assert.match(
      inEnglish(missing[0]),
      /^The forward "0" uses any free port, which ssh can't: start the tunnel/,
    );
  });
  it('reports programs that a command line cannot express', () => {
    const records = [
      { x11Programs: { A: 'a', B: 'b' } },
      { x11Programs: { A: { command: 'a', nested: '1280x800' } } },
      { x11Programs: { A: 'a' }, localForward: '1:a:1' },
    ];
    for (const record of records) {
      const { line, missing } = format(record);
      assert.match(line, /^ssh -N /);
      assert.match(
        missing.map(inEnglish).join(),
        /^A command line can run only one program, and none in a nested display.*"A"/,
      );
    }
  });
});
