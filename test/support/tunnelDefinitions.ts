// Tunnel definitions for the tests of command lines: read from settings, and random ones.
import type { TunnelDefinition } from '../../src/tunnels/config/definition';
import { parseForwards } from '../../src/tunnels/config/parsing/parseForward';
import { parseX11Programs } from '../../src/tunnels/config/parsing/parseX11Programs';
import { parseTunnel } from '../../src/tunnels/config/parsing/parseTunnel';
import type { Report } from '../../src/tunnels/config/parsing/propertyReader';
import { inEnglish } from './inEnglish';

const refuse: Report = (path, message) => {
  throw new Error(`${path.join('.')}: ${inEnglish(message)}`);
};

/** @throws Error if the record isn't a tunnel */
export function readDefinition(record: Readonly<Record<string, unknown>>): TunnelDefinition {
  const { x11Programs, localForward: _l, remoteForward: _r, dynamicForward: _d, ...rest } = record;
  const parsed = parseTunnel('test', rest, 'user');
  if ('problems' in parsed) {
    throw new Error(JSON.stringify(parsed.problems));
  }
  return {
    ...parsed.entry.definition,
    forwards: parseForwards(record, refuse),
    x11Programs: x11Programs === undefined ? [] : parseX11Programs(x11Programs, refuse),
  };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A record of settings, with some of everything that a command line can express. */
export function madeUpRecord(random: () => number): Readonly<Record<string, unknown>> {
  const one = <T>(...choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
  const maybe = (record: object): object => (random() < 0.5 ? record : {});
  const some = <T>(make: () => T): T[] => Array.from({ length: Math.floor(random() * 4) }, make);
  const destination = (): string =>
    one(
      'host',
      'me@host',
      'a@b@host:2222',
      '::1',
      'me@[fe80::1%eth0]:22',
      'DOMAIN\\joe@h',
      'ssh://jo%20do@h:1',
    );
  const jump = (): string => one('bastion', 'me@b:22', '[::1]:2222', 'ssh://jo%20do@b');
  // Different ports, because two forwards of a tunnel can't listen on one.
  let port = 1024;
  const bind = (): string => one('', '', '*:', '127.0.0.1:', '[::1]:', 'localhost:');
  const path = (): string => `/${one('tmp', 'a b', 'a:b', 'a\\b', "it's", '$x', '~')}/${port++}`;
  const place = (itsPath: string): string => one(`${bind()}${port++}`, `${bind()}${port++}`, itsPath);
  const target = (itsPath: string): string => one('localhost:80', '[::1]:443', 'db.internal:5432', itsPath);
  const pathHere = (): string => one(path(), `~${path()}`);
  return {
    host: destination(),
    ...maybe({ proxyJump: some(jump) }),
    localForward: some(() => ({ listen: place(pathHere()), target: target(path()) })),
    remoteForward: [
      ...some(() => ({ listen: place(path()), target: target(pathHere()) })),
      ...some(() => ({ listen: port++ })),
    ],
    dynamicForward: some(() => `${bind()}${port++}`),
    ...maybe({ compression: one(true, false) }),
    ...maybe({ exitOnForwardFailure: one(true, false) }),
    ...maybe({ serverAliveInterval: one(0, 15, 86_400) }),
    ...maybe({ serverAliveCountMax: one(1, 7) }),
    ...maybe({ connectTimeout: one(0, 10) }),
  };
}
