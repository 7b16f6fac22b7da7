// What this version understands but can't do yet.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { notYetDone } from '../../../src/tunnels/model/notYet';
import { parseTunnel } from '../../../src/tunnels/model/parseTunnel';
import { plain } from './problems';

describe('notYetDone', () => {
  function sentence(value: unknown): string | undefined {
    const parsed = parseTunnel('staging', value);
    assert.ok('entry' in parsed, JSON.stringify(parsed));
    return notYetDone(parsed.entry.definition);
  }
  it('names the programs', () => {
    assert.match(
      sentence({ ...plain, x11Programs: { Clock: 'xclock', Eyes: 'xeyes' } }) ?? '',
      /^Programs of the server \(Clock, Eyes\) can't be run by this version yet; its forwards work\.$/,
    );
  });
  it('names that of a command line', () => {
    assert.match(sentence('ssh -f -T -X laptop firefox') ?? '', /\(firefox\)/);
  });
  it('has nothing to say of anything else', () => {
    assert.equal(
      sentence({ ...plain, remoteForward: 9000, dynamicForward: 1080, x11Programs: {} }),
      undefined,
    );
  });
});
