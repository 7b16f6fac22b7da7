// The listener registry: who has a port of this machine, which listeners conflict, and who learns that one is freed.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PortBook } from '../../../src/tunnels/forwards/listenerRegistry';
import type { BookedPlace } from '../../../src/tunnels/forwards/listenerRegistry';

const loopback = [
  { host: '127.0.0.1', port: 5432 },
  { host: '::1', port: 5432 },
];

function bookOf(onFree: () => void = () => undefined): PortBook {
  return new PortBook({ isSpokenFor: (port) => port === 1, onFree });
}

describe('the listener registry', () => {
  const cases: readonly (readonly [held: BookedPlace, wanted: BookedPlace, conflict: boolean])[] = [
    [{ host: '127.0.0.1', port: 1 }, { host: '127.0.0.1', port: 1 }, true],
    [{ host: '127.0.0.1', port: 1 }, { host: '127.0.0.1', port: 2 }, false],
    [{ host: '127.0.0.1', port: 1 }, { host: '127.0.0.2', port: 1 }, false],
    [{ host: '0.0.0.0', port: 1 }, { host: '127.0.0.2', port: 1 }, true],
    [{ host: '127.0.0.1', port: 1 }, { host: '0.0.0.0', port: 1 }, true],
    [{ path: '/a' }, { path: '/a' }, true],
    [{ host: '::1', port: 1, server: 'a' }, { host: '::1', port: 1, server: 'a' }, true],
    [{ host: '::1', port: 1, server: 'a' }, { host: '::1', port: 1, server: 'b' }, false],
    [{ host: '::1', port: 1, server: 'a' }, { host: '::1', port: 1 }, false],
    [{ path: '/a', server: 'a' }, { path: '/a' }, false],
    [{ path: '/a' }, { path: '/b' }, false],
    [{ path: '/a' }, { host: '127.0.0.1', port: 1 }, false],
  ];
  for (const [held, wanted, conflict] of cases) {
    it(`finds ${conflict ? 'a' : 'no'} conflict between the wanted ${JSON.stringify(wanted)} and the held ${JSON.stringify(held)}`, () => {
      const book = bookOf();
      book.hold([held], () => ({ tunnel: 'db' }));
      assert.deepEqual(book.holderOf([wanted]), conflict ? { tunnel: 'db' } : undefined);
    });
  }

  it('names the holder as it is at the time of the lookup', () => {
    const book = bookOf();
    let window = 'first';
    book.hold(loopback, () => ({ tunnel: 'db', window }));
    window = 'second';
    assert.deepEqual(book.holderOf(loopback), { tunnel: 'db', window: 'second' });
  });

  it('notifies those who wait for a port once, and then everyone, when it is freed', () => {
    const notified: string[] = [];
    const book = bookOf(() => notified.push('all'));
    const hold = book.hold(loopback, () => ({ tunnel: 'db' }));
    book.onceFree(loopback, () => notified.push('waiting'));
    book.onceFree([{ host: '127.0.0.1', port: 80 }], () => notified.push('another'));
    book.onceFree(loopback, () => notified.push('left'))[Symbol.dispose]();
    hold[Symbol.dispose]();
    hold[Symbol.dispose]();
    assert.deepEqual(notified, ['waiting', 'all']);
    assert.equal(book.holderOf(loopback), undefined);
  });

  it('frees a port before it notifies, so that it can be taken at once', () => {
    const book = bookOf();
    const hold = book.hold(loopback, () => ({ tunnel: 'old' }));
    book.onceFree(loopback, () => book.hold(loopback, () => ({ tunnel: 'new' })));
    hold[Symbol.dispose]();
    assert.deepEqual(book.holderOf(loopback), { tunnel: 'new' });
  });
});
