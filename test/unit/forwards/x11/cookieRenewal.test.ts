// When the cookie of untrusted X11 programs is renewed.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, it } from 'mocha';
import { CookieRenewal } from '../../../../src/tunnels/forwards/x11/cookieRenewal';

describe('the cookie of untrusted X11 programs', () => {
  let now = 0;
  let made = 0;
  function cookieFor(timeout: number): { cookie: CookieRenewal; name: () => Promise<string> } {
    now = 0;
    made = 0;
    const generate = (): Promise<{ name: string; data: Buffer }> =>
      Promise.resolve({ name: String(++made), data: Buffer.alloc(0) });
    const cookie = new CookieRenewal(timeout, generate, () => now);
    return { cookie, name: async () => (await cookie.get()).name };
  }

  it('is made once, and again when it was unused for its time-out', async () => {
    const { name } = cookieFor(10);
    assert.equal(await name(), '1');
    now = 9000;
    assert.equal(await name(), '1');
    now = 10_000;
    assert.equal(await name(), '2');
  });

  it('stays valid while a connection uses it, and for its time-out after that', async () => {
    const { cookie, name } = cookieFor(10);
    assert.equal(await name(), '1');
    const connection = new EventEmitter();
    cookie.usedBy(connection);
    now = 60_000;
    assert.equal(await name(), '1');
    connection.emit('close');
    now = 69_000;
    assert.equal(await name(), '1');
    now = 70_000;
    assert.equal(await name(), '2');
  });

  it('stays valid for ever without a time-out', async () => {
    const { name } = cookieFor(0);
    assert.equal(await name(), '1');
    now = 1e9;
    assert.equal(await name(), '1');
  });

  it('is made at the next request when making it has failed', async () => {
    let times = 0;
    const cookie = new CookieRenewal(10, () =>
      ++times === 1 ? Promise.reject(new Error('no')) : Promise.resolve({ name: 'a', data: Buffer.alloc(0) }),
    );
    await assert.rejects(cookie.get());
    assert.equal((await cookie.get()).name, 'a');
  });
});
