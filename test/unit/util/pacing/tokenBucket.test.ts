// What a server may use up: a token bucket, and its messages in the log. By a fake clock.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { TokenBucket } from '../../../../src/tunnels/util/pacing/tokenBucket';
import { ServerMessages } from '../../../../src/tunnels/ssh/peer/serverMessages';
import { logTo } from '../../../../src/tunnels/util/log';

let clock = 0;
const now = (): number => clock;

function count(take: () => boolean): number {
  let taken = 0;
  while (taken < 1000 && take()) {
    taken++;
  }
  return taken;
}

describe('the token bucket', () => {
  let bucket: TokenBucket;
  beforeEach(() => {
    clock = 1000;
    bucket = new TokenBucket({ most: 10, perSecond: 2 }, now);
  });

  it('is empty when its size has been taken', () =>
    assert.equal(
      count(() => bucket.take()),
      10,
    ));
  it('refills with time, up to its size', () => {
    count(() => bucket.take());
    clock += 2000;
    assert.equal(
      count(() => bucket.take()),
      4,
    );
    clock += 3_600_000;
    assert.equal(
      count(() => bucket.take()),
      10,
    );
  });
  it('can get tokens back', () => {
    count(() => bucket.take());
    bucket.give(3);
    assert.equal(
      count(() => bucket.take()),
      3,
    );
  });
  it('does not refill while sending is stalled', () => {
    assert.equal(
      count(() => {
        clock += 10_000;
        return bucket.takeWhileStalled();
      }),
      10,
    );
  });
});

describe('a message of the server in the log', () => {
  let log: string[];
  let voice: ServerMessages;
  beforeEach(() => {
    clock = 1000;
    log = [];
    voice = new ServerMessages(
      logTo((_level, line) => log.push(line)),
      now,
    );
  });

  it('has all its lines', () => {
    voice.say('Banner of me@db', 'Grüße\r\n  an alle\n');
    assert.deepEqual(log, ['Banner of me@db: Grüße\n  an alle']);
  });
  it('has no control characters and no marks of the writing direction', () => {
    voice.say('db', 'a\x1b[2J\x07b\u202ec\u2028d\0');
    assert.deepEqual(log, ['db: a [2J b c d']);
  });
  it('is cut when it is long', () => {
    voice.say('db', 'x'.repeat(100_000));
    voice.say('db', 'y\n'.repeat(100_000));
    assert.ok(log.join('').length < 1000, String(log.join('').length));
  });
  it('is left out when there are too many, and counted', () => {
    for (let n = 0; n < 1000; n++) {
      voice.say('db', `message ${n}`);
    }
    assert.equal(log.length, 33);
    assert.equal(log.at(-1), 'db: further messages are left out');
    clock += 60_000;
    voice.say('db', 'the last');
    assert.deepEqual(log.slice(33), ['db: 968 messages were left out', 'db: the last']);
  });
});
