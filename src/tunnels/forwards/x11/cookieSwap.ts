// Lets in who comes from the server to show a window here: by the key that was sent there, which is not the display's.
// One for each SSH connection, which several tunnels may share.
import { timingSafeEqual } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import { ReceiveWindow } from '../../ssh/transport/receiveWindow';
import type { SshSession } from '../../ssh/session/session';
import { readClientSetup } from './x11Setup';
import type { ClientSetup } from './x11Setup';

/** Milliseconds: an X client says at once what it is. */
const patience = 10_000;

/** One who has shown the right key. What it has said of it has been read, what follows has not. */
export interface Guest {
  readonly channel: ClientChannel;
  readonly setup: ClientSetup;
}

export interface Expected {
  /** The key that was sent to the server. */
  readonly cookie: Buffer;
  /** Nobody else has to hear of it: never throws, never rejects. */
  readonly welcome: (guest: Guest) => void;
}

const doormen = new WeakMap<SshSession, Doorman>();

export class Doorman {
  readonly #expected = new Set<Expected>();
  readonly #log: (line: string) => void;

  private constructor(session: SshSession, log: (line: string) => void) {
    this.#log = log;
    session.commands.x11Listener = (accept, refuse) => {
      if (this.#expected.size === 0) {
        refuse();
      } else {
        this.#judge(accept());
      }
    };
  }

  /** @param log of whoever comes first */
  static of(session: SshSession, log: (line: string) => void): Doorman {
    const doorman = doormen.get(session) ?? new Doorman(session, log);
    doormen.set(session, doorman);
    return doorman;
  }

  expect(expected: Expected): Disposable {
    this.#expected.add(expected);
    return { [Symbol.dispose]: () => this.#expected.delete(expected) };
  }

  #judge(channel: ClientChannel): void {
    let received = Buffer.alloc(0);
    const timer = setTimeout(() => turnAway('it did not say what it is'), patience);
    const end = (): void => {
      clearTimeout(timer);
      channel.off('data', onData).off('close', end);
    };
    const turnAway = (why: string): void => {
      end();
      this.#log(`a program of the server was not let in to the display: ${why}`);
      channel.resume();
      channel.destroy();
    };
    const onData = (data: Buffer): void => {
      received = Buffer.concat([received, data]);
      const setup = readClientSetup(received);
      if (setup === undefined) {
        return;
      }
      const expected = setup === 'none' ? undefined : this.#find(setup);
      if (setup === 'none' || !expected) {
        turnAway(setup === 'none' ? 'it does not speak X11' : 'its key is not the one that was sent there');
        return;
      }
      end();
      channel.pause();
      if (received.length > setup.length) {
        channel.unshift(received.subarray(setup.length));
      }
      // What was taken of it counts as passed on; the rest will be.
      ReceiveWindow.of(channel)?.passedOn(setup.length);
      expected.welcome({ channel, setup });
    };
    channel
      .on('error', () => undefined)
      .on('data', onData)
      .on('close', end);
  }

  #find({ key }: ClientSetup): Expected | undefined {
    return [...this.#expected].find(
      ({ cookie }) => key.data.length === cookie.length && timingSafeEqual(key.data, cookie),
    );
  }
}
