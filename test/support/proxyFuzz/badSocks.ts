// Malformed handshakes of SOCKS 4, 4a and 5.
import type { Random } from '../random';
import { named5, portBytes } from './handshake';
import type { Maker } from './handshake';

const greeting = [5, 1, 0] as const;

/** An invalid host: too long, or with bytes that no name has. */
function badName(random: Random): Buffer {
  const bad = random.pick([0, 1, 9, 10, 13, 32, 127, 128, 255]);
  const name = Buffer.alloc(random.int(1, 255), 'a');
  name[random.int(0, name.length - 1)] = bad;
  return name;
}

export const badSocks: Readonly<Record<string, Maker>> = {
  'SOCKS 5: a list of no methods': (random, { bad }) =>
    of('no methods', [
      5,
      0,
      ...greeting.slice(1),
      ...named5('127.0.0.1', bad).subarray(3),
      random.int(0, 255),
    ]),
  'SOCKS 5: only methods that are not ours': (random, { bad }) => {
    const methods = Array.from({ length: random.pick([1, 2, 254, 255]) }, () => random.int(1, 255));
    return of('methods', [5, methods.length, ...methods, ...named5('127.0.0.1', bad).subarray(3)]);
  },
  'SOCKS 5: fewer methods than announced': (random) =>
    of('fewer', [5, 255, ...random.bytes(random.int(0, 254)).map((byte) => byte || 1)]),
  'SOCKS 5: another version in the request': (random, { bad }) =>
    of('version', [...greeting, random.pick([0, 1, 4, 6, 255]), 1, 0, 1, 127, 0, 0, 1, ...portBytes(bad)]),
  'SOCKS 5: another command': (random, { bad }) =>
    of('command', [
      ...greeting,
      5,
      random.pick([0, 2, 3, 4, 90, 255]),
      0,
      1,
      127,
      0,
      0,
      1,
      ...portBytes(bad),
    ]),
  'SOCKS 5: another type of address': (random, { bad }) =>
    of('type', [...greeting, 5, 1, 0, random.pick([0, 2, 5, 6, 127, 255]), 127, 0, 0, 1, ...portBytes(bad)]),
  'SOCKS 5: port 0': (random) =>
    of('port 0', [...greeting, 5, 1, 0, random.pick([1, 4]), ...Array<number>(18).fill(0)]),
  'SOCKS 5: no name': (_, { bad }) => of('no name', [...named5('', bad)]),
  'SOCKS 5: a name that is none': (random, { bad }) => of('bad name', [...named5(badName(random), bad)]),
  'SOCKS 5: a name shorter than its length': (random, { bad }) =>
    of('short', [...named5('localhost', bad, random.int(12, 255))]),
  'SOCKS 5: bytes after a refusal': (random, { bad }) =>
    of('after', [5, 1, 2, ...named5('127.0.0.1', bad), ...random.bytes(random.int(1, 4000))]),
  'SOCKS 4: another command': (random, { bad }) =>
    of('command', [4, random.pick([0, 2, 3, 91, 255]), ...portBytes(bad), 127, 0, 0, 1, 0]),
  'SOCKS 4: port 0': () => of('port 0', [4, 1, 0, 0, 127, 0, 0, 1, 0]),
  'SOCKS 4: a user id without an end': (random, { bad }) =>
    of('user', [4, 1, ...portBytes(bad), 127, 0, 0, 1, ...Array<number>(random.int(1, 5000)).fill(0x61)]),
  'SOCKS 4a: a name without an end': (random, { bad }) =>
    of('no end', [4, 1, ...portBytes(bad), 0, 0, 0, 1, 0, ...Array<number>(random.int(1, 5000)).fill(0x61)]),
  'SOCKS 4a: no name': (_, { bad }) => of('no name', [4, 1, ...portBytes(bad), 0, 0, 0, 1, 0, 0]),
  'SOCKS 4a: a name that is none': (random, { bad }) => {
    const name = badName(random).map((byte) => byte || 1);
    return of('bad name', [4, 1, ...portBytes(bad), 0, 0, 0, 1, 0, ...name, 0]);
  },
  'SOCKS 4a: a name too long': (random, { bad }) =>
    of('long', [
      ...[4, 1, ...portBytes(bad), 0, 0, 0, 1, 0],
      ...Array<number>(random.int(256, 3000)).fill(0x61),
      0,
    ]),
  'neither of them': (random) => {
    const bytes = random.bytes(random.int(1, 2000));
    // It might happen to be a SOCKS 4 request to any address.
    bytes[1] = 0;
    return of('noise', [...bytes]);
  },
};

function of(title: string, bytes: readonly number[]): ReturnType<Maker> {
  return { title, bytes: Buffer.from(bytes) };
}
