// When a key of the untrusted is renewed.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, it } from 'mocha';
import { UntrustedKey } from '../../../../src/tunnels/forwards/x11/untrustedCookie';

describe('the key of untrusted programs', () => {
  let now = 0;
  let made = 0;
  function keyFor(timeout: number): { key: UntrustedKey; name: () => Promise<string> } {
    now = 0;
    made = 0;
    const generate = (): Promise<{ name: string; data: Buffer }> =>
      Promise.resolve({ name: String(++made), data: Buffer.alloc(0) });
    const key = new UntrustedKey(timeout, generate, () => now);
    return { key, name: async () => (await key.get()).name };
  }

  it('is made once, and again when nobody has used it for as long as the display keeps it', async () => {
    const { name } = keyFor(10);
    assert.equal(await name(), '1');
    now = 9000;
    assert.equal(await name(), '1');
    now = 10_000;
    assert.equal(await name(), '2');
  });

  it('is kept while it is in use, and for a while after that', async () => {
    const { key, name } = keyFor(10);
    assert.equal(await name(), '1');
    const connection = new EventEmitter();
    key.usedBy(connection);
    now = 60_000;
    assert.equal(await name(), '1');
    connection.emit('close');
    now = 69_000;
    assert.equal(await name(), '1');
    now = 70_000;
    assert.equal(await name(), '2');
  });

  it('is good for ever where there is no limit', async () => {
    const { name } = keyFor(0);
    assert.equal(await name(), '1');
    now = 1e9;
    assert.equal(await name(), '1');
  });

  it('that could not be made is tried again', async () => {
    let times = 0;
    const key = new UntrustedKey(10, () =>
      ++times === 1 ? Promise.reject(new Error('no')) : Promise.resolve({ name: 'a', data: Buffer.alloc(0) }),
    );
    await assert.rejects(key.get());
    assert.equal((await key.get()).name, 'a');
  });
});
