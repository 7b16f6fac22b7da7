// What an input box says of a command line, and what it takes from the clipboard.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkLine, copiedLine } from '../../../../src/tunnels/config/commandLine/check';

describe('checkLine', () => {
  const faults: readonly [line: string, fault: RegExp][] = [
    ['ssh', /^The host is missing, .* \(character 4\)$/],
    ['ssh -L 8080:a host', /^"8080:a": the target needs a port, .* \(character 14\)$/],
    ['ssh -z -L 1:a:2 host', /^ssh has no option "-z"\. \(character 6\)$/],
    ['ssh -i x -L 1:a:y host', /^"1:a:y": "y" is not a port/],
    ['ssh host', /^The line opens no port: add -L, -R or -D\.$/],
    ['ssh host uptime', /^The line opens no port: .* "uptime" can't be part of a tunnel/],
    ['ssh -V', /^"-V" can't be part of a tunnel/],
  ];
  for (const [line, fault] of faults) {
    it(line, () => {
      const checked = checkLine(line);
      assert.ok('fault' in checked);
      assert.match(checked.fault, fault);
    });
  }
  it('takes a line that leaves nothing out', () => {
    const checked = checkLine('ssh -L 1:a:2 -p 2222 me@host');
    assert.deepEqual(checked, {
      record: { host: 'me@host:2222', localForward: ['1:a:2'] },
      destination: { host: 'host', user: 'me', port: 2222 },
      leftOut: [],
      configOptions: [],
    });
  });
  it('takes a line with what can be left out, and says what of it a Host block can say', () => {
    const checked = checkLine('ssh -A -i ~/.ssh/id -o IdentitiesOnly=yes -L 1:a:2 host');
    assert.ok(!('fault' in checked));
    assert.deepEqual(
      checked.leftOut.map(({ leaveOut }) => leaveOut?.option),
      ['-A', '-i', '-o IdentitiesOnly'],
    );
    assert.deepEqual(checked.configOptions, [
      { keyword: 'IdentityFile', value: '~/.ssh/id' },
      { keyword: 'IdentitiesOnly', value: 'yes' },
    ]);
  });
});

describe('copiedLine', () => {
  const cases: readonly [text: string, line: string | undefined][] = [
    ['ssh host', 'ssh host'],
    ['  ssh host \n', 'ssh host'],
    ['$ ssh host', 'ssh host'],
    ['/usr/bin/ssh host', '/usr/bin/ssh host'],
    ['ssh.exe host', 'ssh.exe host'],
    ['ssh -L 1:a:2 \\\n    host', 'ssh -L 1:a:2 host'],
    ['ssh host\nssh other', undefined],
    ['sshd -D', undefined],
    ['hunter2', undefined],
    ['', undefined],
    [`ssh ${'x'.repeat(10_000)}`, undefined],
  ];
  for (const [text, line] of cases) {
    it(JSON.stringify(text.slice(0, 40)), () => assert.equal(copiedLine(text), line));
  }
});
