// What a peer of the private socket does that knows the secret: it sends anything but what our own windows send.
import type { Random } from '../random';
import { requestSamples } from '../requestSamples';

export interface Peer {
  readonly title: string;
  readonly bytes: Buffer;
  /** It sends this many bytes of them, then closes; undefined: all, and it waits for an answer. */
  readonly cutAt?: number;
  /** It never reads. */
  readonly isDeaf?: boolean;
}

type Maker = (random: Random, number: number) => Peer;

const methods = Object.keys(requestSamples) as [string, ...string[]];
const otherMethods = [
  'tunnel/runProgram',
  'tunnel/stopProgram',
  'tunnel/stopConflicting',
  'log/setThresholds',
  'daemon/shutdown',
  'ask',
  'log',
  '$/cancelRequest',
  '$/setTrace',
  '$/progress',
  'toString',
  '__proto__',
  '',
] as const;
const junk: readonly [unknown, ...unknown[]] = [
  null,
  ...[true, 0, -1, 1.5, 1e308, 65_536, '', '\0', '__proto__', 'a'.repeat(70_000), '\ud800', '../..'],
  ...[[], {}, [[[]]], { length: 1e9 }, { then: 1 }, { path: '/x' }, '-oProxyCommand=x', '${HOME}', '%n'],
];

function frame(message: unknown): Buffer {
  return framed(Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));
}

function framed(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

function request(method: string, params: unknown, id: unknown = 1): Buffer {
  return frame({ jsonrpc: '2.0', id, method, params });
}

/** Programs that a request could run are out of reach, and no tunnel is started. */
function harmless(method: string, params: unknown): unknown {
  if (typeof params !== 'object' || params === null) {
    return params;
  }
  const copy: Record<string, unknown> = { ...params, env: { PATH: '/nowhere' } };
  if (method === 'lease/set' && Array.isArray(copy['tunnels'])) {
    copy['tunnels'] = copy['tunnels'].map((tunnel: unknown) =>
      typeof tunnel === 'object' && tunnel !== null && 'want' in tunnel && tunnel.want === true
        ? { ...tunnel, want: false }
        : tunnel,
    );
  }
  return copy;
}

function sample(random: Random): readonly [method: string, params: unknown] {
  const method = random.pick(methods) as keyof typeof requestSamples;
  const [first, ...others] = requestSamples[method];
  return [method, random.pick([first, ...others] as [unknown, ...unknown[]])];
}

/** The same value with some part of it replaced or removed. */
function mutated(value: unknown, random: Random): unknown {
  if (random.chance(0.15) || typeof value !== 'object' || value === null) {
    return random.pick(junk);
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const at = random.int(0, Math.max(0, items.length - 1));
    return items.map((item, index) => (index === at ? mutated(item, random) : item));
  }
  const entries = Object.entries(value);
  const at = random.int(0, Math.max(0, entries.length - 1));
  const changed = entries.flatMap(([key, item], index) =>
    index !== at ? [[key, item]] : random.chance(0.2) ? [] : [[key, mutated(item, random)]],
  );
  return Object.fromEntries(random.chance(0.1) ? [...changed, ['__proto__', random.pick(junk)]] : changed);
}

const hello = (number: number): Buffer => request('hello', { windowId: `fuzz ${number}` }, 0);

const makers: readonly [Maker, ...Maker[]] = [
  (random) => ({ title: 'noise', bytes: random.bytes(random.int(1, 4000)) }),
  (random, number) => {
    const [method, params] = sample(random);
    const bytes = Buffer.concat([hello(number), request(method, harmless(method, params))]);
    return { title: `part of ${method}`, bytes, cutAt: random.int(0, bytes.length) };
  },
  (random) => {
    const length = random.pick(['-1', '0', '1e3', '99999999999', '16777217', '16777216', ' 5 5', '', '0x10']);
    const name = random.pick(['Content-Length', 'content-length', 'Content-Type', 'X'.repeat(600), '']);
    const end = random.pick(['\r\n\r\n', '\n\n', '\r\n', '']);
    return {
      title: `header ${name}: ${length}`.slice(0, 60),
      bytes: Buffer.from(`${name}: ${length}${end}{}`),
    };
  },
  (random) => ({
    title: 'no JSON-RPC message',
    bytes: frame(
      random.pick([
        '{',
        'null',
        '[]',
        '1e999',
        '"x"',
        '{"jsonrpc":"1.0"}',
        '{"jsonrpc":"2.0"}',
        '['.repeat(60) + ']'.repeat(60),
        '['.repeat(100_000),
        `{"jsonrpc":"2.0","method":1}`,
        '{"jsonrpc":"2.0","id":{},"method":"hello"}',
        '{"jsonrpc":"2.0","__proto__":{"method":"daemon/shutdown"},"id":1}',
        '\ufeff{}',
      ]),
    ),
  }),
  (random, number) => {
    const [method, params] = sample(random);
    const bytes = request(method, harmless(method, mutated(params, random)));
    const isKnown = random.chance(0.7);
    return {
      title: `${isKnown ? '' : 'a stranger: '}${method} of a wrong shape`,
      bytes: isKnown ? Buffer.concat([hello(number), bytes]) : bytes,
    };
  },
  (random, number) => {
    const method = random.pick([...methods, ...otherMethods]);
    const id = random.pick<unknown>([1, 1, 'x', null, 1.5, 1e308, undefined, -1]);
    const params = random.pick<unknown>([undefined, ...junk, { id: 'user:t' }, { id: 'fuzz' }]);
    return {
      title: `${method} with other parameters`,
      bytes: Buffer.concat([hello(number), request(method, harmless(method, params), id)]),
    };
  },
  (random) => ({
    title: 'answers to nothing',
    bytes: Buffer.concat(
      Array.from({ length: random.int(1, 50) }, (_, id) =>
        frame({
          jsonrpc: '2.0',
          id,
          ...random.pick<object>([{ result: 1 }, { error: { code: 1, message: 'x' } }, {}]),
        }),
      ),
    ),
  }),
  (random) => ({
    title: 'hello again and again',
    bytes: Buffer.concat(
      Array.from({ length: random.int(2, 20) }, () =>
        request('hello', {
          windowId: random
            .pick(['', '__proto__', 'window', 'a'.repeat(50_000), 'fuzz', '\0'])
            .replace(/^window$/, 'w'),
          title: random.pick(['', '\u202e', 'x'.repeat(10_000)]),
        }),
      ),
    ),
  }),
];
const rare: readonly [Maker, ...Maker[]] = [
  (random, number) => {
    const [method, params] = sample(random);
    const one = request(method === 'lease/set' ? 'tunnel/start' : method, harmless(method, params));
    return {
      title: `a flood of ${method}, answers unread`,
      bytes: Buffer.concat([hello(number), ...Array<Buffer>(random.int(500, 3000)).fill(one)]),
      isDeaf: random.chance(0.5),
    };
  },
  (random, number) => {
    const [full, least] = requestSamples['lease/set'][0].tunnels;
    const one = random.pick<object>([full, least]);
    const count = random.pick([300, 1000, 3000, 20_000]);
    const tunnels = Array.from({ length: count }, (_, n) => ({ ...one, id: `fuzz ${n}` }));
    const lease = request('lease/set', harmless('lease/set', { env: {}, tunnels }));
    return {
      title: `a lease of ${count} tunnels`,
      bytes: Buffer.concat([hello(number), ...Array<Buffer>(random.int(1, 3)).fill(lease)]),
    };
  },
  (random) => ({
    title: 'a message of the largest size',
    bytes: framed(Buffer.alloc(16 * 1024 * 1024, random.pick(['[', '"', ' ', '\\', '1']))),
  }),
];

export function makePeer(random: Random, number: number): Peer {
  return random.pick(random.chance(0.01) ? rare : makers)(random, number);
}
