// When the keys of a connection are renewed: by RekeyLimit, and by what a cipher may encrypt.
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { RekeyLimits } from '../../../../../src/tunnels/ssh/transport/ssh2/rekeyLimits';
import type { RekeyLimit } from '../../../../../src/tunnels/ssh/config/hostConfig';

const gibibyte = 2 ** 30;

class Connection implements Disposable {
  due = 0;
  rekeys = 0;
  now = 0;
  readonly limits: RekeyLimits;

  constructor(limit: Partial<RekeyLimit> = {}, cipher = 'aes128-gcm@openssh.com') {
    this.limits = new RekeyLimits({
      limit: { bytes: undefined, seconds: undefined, ...limit },
      onDue: () => this.due++,
      rekey: () => this.rekeys++,
      now: () => this.now,
    });
    this.newKeys(cipher);
  }

  newKeys(cipher = 'aes128-gcm@openssh.com'): void {
    this.limits.newKeys({ cs: { cipher }, sc: { cipher } });
  }

  [Symbol.dispose](): void {
    this.limits[Symbol.dispose]();
  }
}

describe('the keys of a connection', () => {
  for (const direction of ['sent', 'received'] as const) {
    it(`are renewed when more than RekeyLimit was ${direction}`, async () => {
      using connection = new Connection({ bytes: 1000 });
      connection.limits.loggedIn();
      connection.limits[direction](1000);
      await nextTurn();
      assert.equal(connection.rekeys, 0);
      connection.limits[direction](1);
      connection.limits[direction](1);
      assert.equal(connection.due, 1);
      assert.equal(connection.rekeys, 0);
      await nextTurn();
      assert.equal(connection.rekeys, 1);
      connection.newKeys();
      connection.limits[direction](1000);
      await nextTurn();
      assert.equal(connection.rekeys, 1);
    });
  }

  it('count each direction by itself', async () => {
    using connection = new Connection({ bytes: 1000 });
    connection.limits.loggedIn();
    connection.limits.sent(900);
    connection.limits.received(900);
    await nextTurn();
    assert.equal(connection.rekeys, 0);
  });

  it("aren't renewed before the login", async () => {
    using connection = new Connection({ bytes: 1000 });
    connection.limits.sent(5000);
    await nextTurn();
    assert.equal(connection.rekeys, 0);
    connection.limits.loggedIn();
    await nextTurn();
    assert.equal(connection.rekeys, 1);
  });

  const byCipher = [
    ['chacha20-poly1305@openssh.com', 1],
    ['3des-cbc', 1],
    ['aes128-gcm@openssh.com', 64],
    ['aes256-ctr', 64],
  ] as const;
  for (const [cipher, gibibytes] of byCipher) {
    it(`are renewed after ${gibibytes} GB with ${cipher}, even with a larger RekeyLimit`, async () => {
      for (const bytes of [undefined, 100 * gibibyte]) {
        using connection = new Connection({ bytes }, cipher);
        connection.limits.loggedIn();
        connection.limits.received(gibibytes * gibibyte);
        await nextTurn();
        assert.equal(connection.rekeys, 0);
        connection.limits.received(1);
        await nextTurn();
        assert.equal(connection.rekeys, 1);
      }
    });
  }

  it('are renewed by time when the connection is used again', async () => {
    using connection = new Connection({ seconds: 3600 });
    connection.limits.loggedIn();
    connection.now = 3_599_000;
    connection.limits.sent(1);
    await nextTurn();
    assert.equal(connection.rekeys, 0);
    connection.now = 3_600_000;
    connection.limits.sent(1);
    await nextTurn();
    assert.equal(connection.rekeys, 1);
    connection.newKeys();
    connection.limits.sent(1);
    await nextTurn();
    assert.equal(connection.rekeys, 1);
  });

  it("aren't renewed once the connection has ended", async () => {
    const connection = new Connection({ bytes: 1000 });
    connection.limits.loggedIn();
    connection.limits.sent(5000);
    connection[Symbol.dispose]();
    await nextTurn();
    assert.equal(connection.rekeys, 0);
  });
});
