// The text that says how much compression saves.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { describeCompression } from '../../../../src/views/words/compressionWords';

describe('the text about compression', () => {
  const cases: readonly [received: [number, number], sent: [number, number], words: string | undefined][] = [
    [[12e6, 1.1e6], [34e3, 30e3], 'Compression: 12 MB received as 1.1 MB, 34 kB sent as 30 kB; 91% saved.'],
    [
      [1000, 1040],
      [0, 0],
      'Compression: 1.0 kB received as 1.0 kB, 0 B sent as 0 B; 4% larger than without compression.',
    ],
  ];
  for (const [received, sent, words] of cases) {
    it(`is "${String(words)}"`, () => {
      const [fromServer, toServer] = [received, sent].map(([plain, wire]) => ({ plain, wire }));
      assert.ok(fromServer && toServer);
      assert.equal(describeCompression({ compression: { received: fromServer, sent: toServer } }), words);
    });
  }

  it('is missing without compression', () => assert.equal(describeCompression({}), undefined));
});
