// Checking an ssh command line in an input box, and taking one from the clipboard.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkLine, copiedLine } from '../../../../src/tunnels/config/commandLine/pastedCommandLine';
import { inEnglish } from '../../../support/inEnglish';

describe('checking a command line', () => {
  const faults: readonly [line: string, fault: RegExp][] = [
    ['ssh', /^The command needs a host, .* \(character 4\)$/],
    ['ssh -L 8080:a host', /^The target needs a port, as in "localhost:80"\. \(character 14\)$/],
    ['ssh -z -L 1:a:2 host', /^ssh has no option "-z"\. \(character 6\)$/],
    ['ssh -i x -L 1:a:y host', /^A port must be a number from 1 to 65535, or a service such as "http"\./],
    ['ssh host', /^The line opens no port: add -L, -R or -D\.$/],
    ['ssh host uptime', /^The line opens no port: add -L, -R or -D\. The command after the host/],
    ['ssh -V', /^"-V" can't be part of a tunnel/],
  ];
  for (const [line, fault] of faults) {
    it(`reports what is wrong with "${line}"`, () => {
      const checked = checkLine(line);
      assert.ok('fault' in checked);
      assert.match(inEnglish(checked.fault), fault);
    });
  }
  it('accepts a line when every option becomes part of the tunnel', () => {
    const checked = checkLine('ssh -L 1:a:2 -p 2222 me@host');
    assert.deepEqual(checked, {
      record: { host: 'me@host:2222', localForward: ['1:a:2'] },
      destination: { host: 'host', user: 'me', port: 2222 },
      leftOut: [],
      needless: [],
      configOptions: [],
    });
  });
  for (const [line, value] of [
    [String.raw`ssh -i C:\Users\joe\.ssh\id_rsa -L 1:a:2 host`, String.raw`C:\Users\joe\.ssh\id_rsa`],
    [String.raw`ssh -i "\\server\my keys\id" -L 1:a:2 host`, String.raw`"\\\server\my keys\id"`],
    [String.raw`ssh -o IdentityFile=C:\keys\id -L 1:a:2 host`, String.raw`C:\keys\id`],
  ] as const) {
    it(`offers ${value} for a Host block, of ${line}`, () => {
      const checked = checkLine(line);
      assert.ok(!('fault' in checked));
      assert.deepEqual(checked.configOptions, [{ keyword: 'IdentityFile', value }]);
    });
  }
  it('lists the options that are left out, and those of them that a Host block can hold', () => {
    const checked = checkLine('ssh -A -i ~/.ssh/id -o IdentitiesOnly=yes -L 1:a:2 host');
    assert.ok(!('fault' in checked));
    assert.deepEqual(
      checked.leftOut.map(({ message }) => inEnglish(message).split(' ').slice(0, 2).join(' ')),
      ['"-A" can\'t', '"-i" can\'t', '"-o IdentitiesOnly"'],
    );
    assert.deepEqual(checked.configOptions, [
      { keyword: 'IdentityFile', value: '~/.ssh/id' },
      { keyword: 'IdentitiesOnly', value: 'yes' },
    ]);
  });
});

describe('taking a command line from the clipboard', () => {
  const cases: readonly [text: string, line: string | undefined][] = [
    ['ssh host', 'ssh host'],
    ['  ssh host \n', 'ssh host'],
    ['$ ssh host', 'ssh host'],
    ['/usr/bin/ssh host', '/usr/bin/ssh host'],
    ['ssh.exe host', 'ssh.exe host'],
    ['ssh -L 1:a:2 \\\n    host', 'ssh -L 1:a:2 host'],
    ['ssh host\nssh other', 'ssh host; ssh other'],
    [
      '# x\r\nPGPASSWORD=hunter2 psql -h db\r\nssh -L 1:a:1 \\\r\n  host &\r\n',
      'PGPASSWORD=…; ssh -L 1:a:1 host &',
    ],
    ['ssh -L 1:a:1 <user>@<host> 2>/dev/null', 'ssh -L 1:a:1 <user>@<host> 2>/dev/null'],
    ['ssh -L $(pwd)/s:/run/s host', 'ssh -L $(pwd)/s:/run/s host'],
    ['while true; do ssh -L 1:a:1 host; sleep 5; done', 'while true ; do ssh -L 1:a:1 host ; sleep ; done'],
    ["$ ssh -L 1:a:1 host\nme@host's password: hunter2\nme@host:~$ ls -l", 'ssh -L 1:a:1 host; …; ls'],
    ["ssh -L 1:a:1 host <<'EOF'\nhunter2\nEOF\n", "ssh -L 1:a:1 host <<'EOF'"],
    ['"db": "ssh -i \\"C:\\\\my keys\\\\id\\" -L 1:a:1 host",', 'ssh -i "C:\\my keys\\id" -L 1:a:1 host'],
    ['the ssh protocol', undefined],
    ['sshd -D', undefined],
    ['hunter2', undefined],
    ['', undefined],
    [`ssh ${'x'.repeat(10_000)}`, undefined],
  ];
  for (const [text, line] of cases) {
    const title = JSON.stringify(text.slice(0, 40));
    it(line === undefined ? `ignores ${title}` : `reads ${title} as "${line}"`, () =>
      assert.equal(copiedLine(text), line),
    );
  }
});
