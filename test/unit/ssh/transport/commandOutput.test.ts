// What a ProxyCommand writes to its standard error, in whatever pieces: its lines, and their bounds.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CommandOutput } from '../../../../src/tunnels/ssh/transport/commandOutput';
import { logTo } from '../../../../src/tunnels/util/log';
import { eventually } from '../../../support/eventually';

function output(): { of: CommandOutput; log: string[]; shown: (readonly string[])[] } {
  const log: string[] = [];
  const shown: (readonly string[])[] = [];
  const of = new CommandOutput(
    'ProxyCommand of far',
    logTo((_level, line) => log.push(line)),
    (lines) => shown.push(lines),
  );
  return { of, log, shown };
}

describe('the output of a ProxyCommand', () => {
  it('has its lines whole, however they arrive', () => {
    const { of, log } = output();
    const text = Buffer.from('Öffne\r\n\nhttps://example.org\n');
    for (const byte of text) {
      of.add(Buffer.from([byte]));
    }
    assert.deepEqual(of.lastLines, ['Öffne', 'https://example.org']);
    assert.deepEqual(log, ['ProxyCommand of far: Öffne', 'ProxyCommand of far: https://example.org']);
  });

  it('is shown without the end of its line, if that takes a while', async () => {
    const { of, shown } = output();
    of.add(Buffer.from('Touch your key: '));
    assert.deepEqual(shown, []);
    await eventually('it is shown', () => shown.length > 0);
    assert.deepEqual(shown, [['Touch your key:']]);
  });

  it('keeps its last lines', () => {
    const { of } = output();
    of.add(Buffer.from('1\n2\n3\n4\n5\n6\n7\n'));
    assert.deepEqual(of.lastLines, ['3', '4', '5', '6', '7']);
  });

  it('takes no more of the log than some hundred lines, and of memory than some lines', () => {
    const { of, log } = output();
    for (let at = 0; at < 100; at++) {
      of.add(Buffer.from('x\n'.repeat(100)));
      of.add(Buffer.from('y'.repeat(10_000)));
    }
    of.end();
    assert.ok(log.length < 1000, String(log.length));
    assert.ok(log.includes('ProxyCommand of far: further lines are left out'));
    assert.ok(of.lastLines.every((line) => line.length <= 1001));
  });
});
