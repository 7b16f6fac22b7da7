// Who has a port of this machine, whose listener is in the way of whose, and who is told when one is let go.
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

describe('PortBook', () => {
  const cases: readonly (readonly [held: BookedPlace, wanted: BookedPlace, inTheWay: boolean])[] = [
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
  for (const [held, wanted, inTheWay] of cases) {
    it(`${JSON.stringify(held)} is ${inTheWay ? '' : 'not '}in the way of ${JSON.stringify(wanted)}`, () => {
      const book = bookOf();
      book.hold([held], () => ({ tunnel: 'db' }));
      assert.deepEqual(book.holderOf([wanted]), inTheWay ? { tunnel: 'db' } : undefined);
    });
  }

  it('asks who it is when somebody wants to know', () => {
    const book = bookOf();
    let window = 'first';
    book.hold(loopback, () => ({ tunnel: 'db', window }));
    window = 'second';
    assert.deepEqual(book.holderOf(loopback), { tunnel: 'db', window: 'second' });
  });

  it('tells those who wait once, and then everybody, when it is let go', () => {
    const told: string[] = [];
    const book = bookOf(() => told.push('all'));
    const hold = book.hold(loopback, () => ({ tunnel: 'db' }));
    book.onceFree(loopback, () => told.push('waiting'));
    book.onceFree([{ host: '127.0.0.1', port: 80 }], () => told.push('another'));
    book.onceFree(loopback, () => told.push('left'))[Symbol.dispose]();
    hold[Symbol.dispose]();
    hold[Symbol.dispose]();
    assert.deepEqual(told, ['waiting', 'all']);
    assert.equal(book.holderOf(loopback), undefined);
  });

  it('has let go before it tells, so that who takes it over finds nobody', () => {
    const book = bookOf();
    const hold = book.hold(loopback, () => ({ tunnel: 'old' }));
    book.onceFree(loopback, () => book.hold(loopback, () => ({ tunnel: 'new' })));
    hold[Symbol.dispose]();
    assert.deepEqual(book.holderOf(loopback), { tunnel: 'new' });
  });
});
