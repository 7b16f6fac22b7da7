// The identification line of a server, in whatever pieces it arrives.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import { Identification } from '../../../../src/tunnels/ssh/peer/identification';

const whole = 'Welcome\r\nto SSH-land\nSSH-2.0-OpenSSH_9.9 Debian\r\nand the rest';
const line = 'SSH-2.0-OpenSSH_9.9 Debian\r\nand the rest';

function receive(pieces: readonly string[]): { line: string | undefined; identification: Identification } {
  const identification = new Identification({ host: 'db', port: 22 });
  let found: string | undefined;
  for (const piece of pieces) {
    // The buffer of a piece may be used again.
    const data = Buffer.from(piece, 'latin1');
    const result = identification.add(data);
    found = found === undefined ? result?.toString('latin1') : found + piece;
    data.fill(0);
  }
  return { line: found, identification };
}

describe('the identification line of a server', () => {
  it('is found in one piece', () => {
    const { line: found, identification } = receive([whole]);
    assert.equal(found, line);
    assert.equal(identification.isDone, true);
  });
  it('is found byte by byte', () => assert.equal(receive(whole.split(/(?=.)/s)).line, line));
  for (let at = 1; at < whole.length; at++) {
    it(`is found in two pieces, cut at byte ${at}`, () =>
      assert.equal(receive([whole.slice(0, at), whole.slice(at)]).line, line));
  }
  it('is not found in other lines, which become the greeting', () => {
    const { line: found, identification } = receive(['HTTP/1.1 400\x1bBad\r\n', 'Server: x\r\n']);
    assert.equal(found, undefined);
    assert.equal(identification.isDone, false);
    assert.equal(identification.greeting, 'HTTP/1.1 400 Bad Server: x');
  });
  it('may be 8192 bytes long', () =>
    assert.equal(receive([`SSH-2.0-${'x'.repeat(8182)}\r\n`]).line?.length, 8192));

  for (const [what, pieces] of [
    ['a line that is too long', [`SSH-2.0-${'x'.repeat(8183)}\r\n`]],
    ['a line without an end', Array<string>(100).fill('x'.repeat(100))],
    ['too many lines', Array<string>(1025).fill('x\n')],
    ['an older version', ['SSH-1.5-old\r\n']],
    ['a version without a name', ['SSH-2.0-\r\n']],
    ['no version', ['SSH-\r\n']],
    ['a carriage return within the line', ['SSH-2.0-x\ry\r\n']],
  ] as const) {
    it(`is refused with ${what}`, () => {
      assert.throws(
        () => receive(pieces),
        (error) => error instanceof TunnelFailure && error.code === 'NotAnSshServer',
      );
    });
  }
});
