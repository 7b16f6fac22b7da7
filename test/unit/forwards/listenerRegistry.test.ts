// The listener registry: who has a port of this machine, which listeners conflict, and who learns that one is freed.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ListenerRegistry } from '../../../src/tunnels/forwards/listenerRegistry';
import type { RegisteredAddress } from '../../../src/tunnels/forwards/listenerRegistry';

const loopback = [
  { host: '127.0.0.1', port: 5432 },
  { host: '::1', port: 5432 },
];

function createRegistry(onFree: () => void = () => undefined): ListenerRegistry {
  return new ListenerRegistry({ isReserved: (port) => port === 1, onFree });
}

describe('the listener registry', () => {
  const cases: readonly (readonly [held: RegisteredAddress, wanted: RegisteredAddress, conflict: boolean])[] =
    [
      [{ host: '127.0.0.1', port: 1 }, { host: '127.0.0.1', port: 1 }, true],
      [{ host: '127.0.0.1', port: 1 }, { host: '127.0.0.1', port: 2 }, false],
      [{ host: '127.0.0.1', port: 1 }, { host: '127.0.0.2', port: 1 }, false],
      [{ host: '0.0.0.0', port: 1 }, { host: '127.0.0.2', port: 1 }, true],
      [{ host: '127.0.0.1', port: 1 }, { host: '0.0.0.0', port: 1 }, true],
      [{ host: '0.0.0.0', port: 1 }, { host: '::1', port: 1 }, false],
      [{ host: '::', port: 1 }, { host: '127.0.0.1', port: 1 }, true],
      [{ host: 'name', port: 1 }, { host: '127.0.0.1', port: 1 }, false],
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
      const registry = createRegistry();
      registry.register([held], () => ({ tunnel: 'db' }));
      assert.deepEqual(registry.holderOf([wanted]), conflict ? { tunnel: 'db' } : undefined);
    });
  }

  it('names the holder as it is at the time of the lookup', () => {
    const registry = createRegistry();
    let window = 'first';
    registry.register(loopback, () => ({ tunnel: 'db', window }));
    window = 'second';
    assert.deepEqual(registry.holderOf(loopback), { tunnel: 'db', window: 'second' });
  });

  it('notifies those who wait for a port once, and then everyone, when it is freed', () => {
    const notified: string[] = [];
    const registry = createRegistry(() => notified.push('all'));
    const registration = registry.register(loopback, () => ({ tunnel: 'db' }));
    registry.onceFree(loopback, () => notified.push('waiting'));
    registry.onceFree([{ host: '127.0.0.1', port: 80 }], () => notified.push('another'));
    registry.onceFree(loopback, () => notified.push('left'))[Symbol.dispose]();
    registration[Symbol.dispose]();
    registration[Symbol.dispose]();
    assert.deepEqual(notified, ['waiting', 'all']);
    assert.equal(registry.holderOf(loopback), undefined);
  });

  it('frees a port before it notifies, so that it can be taken at once', () => {
    const registry = createRegistry();
    const registration = registry.register(loopback, () => ({ tunnel: 'old' }));
    registry.onceFree(loopback, () => registry.register(loopback, () => ({ tunnel: 'new' })));
    registration[Symbol.dispose]();
    assert.deepEqual(registry.holderOf(loopback), { tunnel: 'new' });
  });
});
