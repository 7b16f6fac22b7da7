// What a server says during a login: every window gets it, so it is bounded.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LoginText } from '../../../../src/tunnels/ssh/peer/serverMessages';

describe('what a server says during a login', () => {
  function reportsOf(...texts: readonly string[]): readonly string[] {
    const reports: string[] = [];
    const text = new LoginText((all) => reports.push(all));
    texts.forEach((each) => text.add(each));
    return reports;
  }

  it('is reported whole each time, line by line', () => {
    assert.deepEqual(reportsOf('Hello.\r\n', '\n', 'Go to\n https://a.example/\n'), [
      'Hello.',
      'Hello.\nGo to\n https://a.example/',
    ]);
  });
  it('has no control characters and none that change the direction', () => {
    assert.deepEqual(reportsOf('\u001b[31mred\u0007 \u202eleft'), [' [31mred   left']);
  });
  it('keeps a link of 1500 characters', () => {
    const link = `https://a.example/?${'x'.repeat(1500)}`;
    assert.deepEqual(reportsOf(link), [link]);
  });
  it('is at most 4000 characters, and reported at most 16 times', () => {
    const floods = reportsOf(...Array.from({ length: 1000 }, (_, n) => `Line ${n}`));
    assert.equal(floods.length, 16);
    assert.deepEqual(
      reportsOf('x'.repeat(1900), 'y'.repeat(1900), 'z'.repeat(1900)).map(({ length }) => length),
      [1900, 3801],
    );
  });
});
