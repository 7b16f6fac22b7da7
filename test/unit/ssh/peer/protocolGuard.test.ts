// What a server may do when: the rules alone. Their effect is tested in test/integration/hostile.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import type { OpenChannel } from '../../../../src/tunnels/ssh/peer/interceptMessages';
import { ProtocolGuard } from '../../../../src/tunnels/ssh/peer/protocolGuard';
import { byte, packed, string, uint32 } from '../../../support/hostile/fields';

describe('the rules for messages of a server', () => {
  let clock: number;
  let isStalled: boolean;
  let guard: ProtocolGuard;
  let channel: OpenChannel | undefined;

  beforeEach(() => {
    clock = 0;
    isStalled = false;
    channel = undefined;
    guard = newGuard();
  });

  function newGuard(): ProtocolGuard {
    return new ProtocolGuard({
      hostName: 'db',
      connection: { channel: () => channel, isLoginPending: () => true, awaitsPrime: () => false },
      isStalled: () => isStalled,
      now: () => clock,
    });
  }

  function logIn(): void {
    guard.check(packed(20));
    guard.newKeys();
    guard.check(packed(52));
  }

  /** How many of these messages are accepted before the server is cut off. */
  function accepted(message: Buffer, most: number, each: () => void = () => undefined): number {
    for (let n = 0; n < most; n++) {
      try {
        guard.check(message);
      } catch (error) {
        assert.ok(error instanceof TunnelFailure && error.code === 'NotAnSshServer');
        return n;
      }
      each();
    }
    return most;
  }

  const open = packed(90, string('x11'), uint32(0), uint32(9), uint32(999), string(''), uint32(1));

  it('accept useless messages at a low rate for ever', () => {
    logIn();
    const second = (): void => void (clock += 10);
    assert.equal(accepted(packed(2), 50_000, second), 50_000);
  });

  it('pass on a list of host keys, but not one of thousands', () => {
    const list = (count: number): Buffer =>
      packed(80, string('hostkeys-00@openssh.com'), byte(0), string(Buffer.alloc(count * 55)));
    logIn();
    assert.equal(guard.check(list(20)), true);
    guard = newGuard();
    logIn();
    assert.equal(guard.check(list(4000)), false);
  });

  it('cut the server off after 10,000 useless messages at once', () => {
    logIn();
    assert.equal(accepted(packed(192), 50_000), 10_000);
  });

  for (const [name, type] of [
    ['IGNORE', 2],
    ['UNIMPLEMENTED', 3],
    ['DEBUG', 4],
  ] as const) {
    it(`accept any number of SSH_MSG_${name} that go with other messages, but not without them`, () => {
      logIn();
      channel = {
        type: 'direct-tcpip',
        incoming: { window: Infinity, state: 'open' },
        outgoing: { window: 1 },
      };
      const data = (): void => void guard.check(packed(94, uint32(0), string('a line of a chat')));
      assert.equal(accepted(packed(type), 50_000, data), 50_000);
      const atOnce = accepted(packed(type), 50_000);
      assert.ok(atOnce < 25_000, `${atOnce} at once`);
    });
  }

  it('cut the server off if it sends a hundred useless messages with each other one', () => {
    logIn();
    const others = Array.from({ length: 50_000 }, () => packed(93, uint32(0), uint32(1)));
    const cutOff = others.findIndex((other) => {
      guard.check(other);
      return accepted(packed(2), 100) < 100;
    });
    assert.ok(cutOff > 0 && cutOff < 1000, `after ${cutOff}`);
  });

  it('accept any number of channels that we asked for', () => {
    logIn();
    assert.equal(
      accepted(open, 50_000, () => guard.refundExpectedChannel()),
      50_000,
    );
  });

  it('cut the server off after 10,000 channels while it reads nothing', () => {
    logIn();
    isStalled = true;
    const each = (): void => {
      clock += 1000;
      guard.refundExpectedChannel();
    };
    assert.equal(accepted(open, 50_000, each), 10_000);
  });

  it('accept a key exchange every second, but only 32 at once', () => {
    logIn();
    const rekey = (): void => {
      guard.newKeys();
      clock += 1000;
    };
    assert.equal(accepted(packed(20), 1000, rekey), 1000);
    assert.equal(
      accepted(packed(20), 1000, () => guard.newKeys()),
      32,
    );
  });

  it('hide messages of the login from ssh2 after the login', () => {
    logIn();
    for (const type of [51, 52, 53, 60]) {
      assert.equal(guard.check(packed(type, string(''), byte(0))), false);
    }
  });

  it('hide all messages from ssh2 after a disconnect', () => {
    logIn();
    assert.equal(guard.check(packed(1, uint32(2), string(''), string(''))), true);
    assert.equal(guard.check(packed(80, string('x'), byte(1))), false);
  });

  it('accept or refuse messages of any type and length without a crash', () => {
    logIn();
    for (let type = 0; type < 256; type++) {
      for (let length = 0; length < 20; length++) {
        try {
          guard.check(packed(type, Buffer.alloc(length, 255)));
        } catch (error) {
          assert.ok(error instanceof TunnelFailure);
        }
        guard.newKeys();
      }
    }
    guard.check(Buffer.alloc(0));
  });
});
