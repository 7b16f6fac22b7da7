// What a server may use up, by a fake clock: a supply, and words in the log.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Allowance } from '../../../src/tunnels/util/tokenBucket';
import { ServerVoice } from '../../../src/tunnels/ssh/peer/serverMessages';

let clock = 0;
const now = (): number => clock;

function count(take: () => boolean): number {
  let taken = 0;
  while (taken < 1000 && take()) {
    taken++;
  }
  return taken;
}

describe('an allowance', () => {
  let allowance: Allowance;
  beforeEach(() => {
    clock = 1000;
    allowance = new Allowance({ most: 10, perSecond: 2 }, now);
  });

  it('ends when it is used up', () =>
    assert.equal(
      count(() => allowance.take()),
      10,
    ));
  it('fills up with time, though never over its size', () => {
    count(() => allowance.take());
    clock += 2000;
    assert.equal(
      count(() => allowance.take()),
      4,
    );
    clock += 3_600_000;
    assert.equal(
      count(() => allowance.take()),
      10,
    );
  });
  it('can be given back', () => {
    count(() => allowance.take());
    allowance.give(3);
    assert.equal(
      count(() => allowance.take()),
      3,
    );
  });
  it('does not fill up while all stands still', () => {
    assert.equal(
      count(() => {
        clock += 10_000;
        return allowance.takeWhileStalled();
      }),
      10,
    );
  });
});

describe('what a server says to people', () => {
  let log: string[];
  let voice: ServerVoice;
  beforeEach(() => {
    clock = 1000;
    log = [];
    voice = new ServerVoice((line) => log.push(line), now);
  });

  it('is written down, its lines as they are', () => {
    voice.say('Banner of me@db', 'Grüße\r\n  an alle\n');
    assert.deepEqual(log, ['Banner of me@db: Grüße\n  an alle']);
  });
  it('draws nothing, and turns nothing round', () => {
    voice.say('db', 'a\x1b[2J\x07b\u202ec\u2028d\0');
    assert.deepEqual(log, ['db: a [2J b c d']);
  });
  it('is cut where nobody would read on', () => {
    voice.say('db', 'x'.repeat(100_000));
    voice.say('db', 'y\n'.repeat(100_000));
    assert.ok(log.join('').length < 1000, String(log.join('').length));
  });
  it('is left out where it has no end, which is said', () => {
    for (let n = 0; n < 1000; n++) {
      voice.say('db', `message ${n}`);
    }
    assert.equal(log.length, 33);
    assert.equal(log.at(-1), 'db: more than is written here');
    clock += 60_000;
    voice.say('db', 'the last');
    assert.deepEqual(log.slice(33), ['db: 968 messages were left out', 'db: the last']);
  });
});
