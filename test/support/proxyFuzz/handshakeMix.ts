// Chooses the next handshake: first every prefix of the valid ones, then random ones of all kinds.
import type { Random } from '../random';
import { badHttp } from './badHttp';
import { badSocks } from './badSocks';
import { floods } from './floods';
import { portBytes, proper } from './handshake';
import type { Handshake, Maker, Places } from './handshake';

export function makers(): readonly Maker[] {
  return [...Object.values(badSocks), ...Object.values(badHttp), ...Object.values(floods)];
}

/** First every prefix of every valid request, then random ones of all kinds, some of them valid. */
export function handshakeMix(
  all: readonly Maker[],
  places: Places,
): (number: number, random: Random) => Handshake {
  const beginnings = Object.entries(proper).flatMap(([title, request]) => {
    const bytes = request(places.bad);
    return Array.from(bytes, (_, length) => ({
      title: `${length} bytes of ${title}`,
      bytes: bytes.subarray(0, length),
    }));
  });
  const requests = Object.entries(proper);
  return (number, random) => {
    const beginning = beginnings[number];
    if (beginning) {
      return beginning;
    }
    if (random.chance(0.05)) {
      const [title, request] = requests[random.int(0, requests.length - 1)] ?? ['', () => Buffer.alloc(0)];
      return {
        title,
        bytes: request(places.good),
        served: title === 'GET' ? 'page' : random.pick(['echo', 'end']),
      };
    }
    const maker = all[random.int(0, all.length - 1)];
    return maker ? maker(random, places) : { title: 'silence', bytes: Buffer.alloc(0) };
  };
}

/** A valid request with one byte changed, which may make it another valid one, to any other target. */
export function wild(random: Random, { good, bad }: Places): Handshake {
  const [title, request] = random.pick(Object.entries(proper) as [[string, (port: number) => Buffer]]);
  const bytes = request(good);
  const at = random.int(0, bytes.length - 1);
  const before = bytes[at] ?? 0;
  bytes[at] = random.int(0, 255);
  if (bytes.includes(String(bad)) || bytes.includes(Buffer.from(portBytes(bad)))) {
    bytes[at] = before;
  }
  return { title: `${title}, one byte changed`, bytes };
}
