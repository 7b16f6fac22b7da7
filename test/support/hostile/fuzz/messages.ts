// Random server messages: of every known type, with fields of the right type but unexpected values; and any message
// with a few changed bytes.
import type { Random } from '../../random';
import { byte, packed, string, uint32 } from '../fields';

const numbers = [
  ...[0, 1, 2, 3, 5, 63, 64, 255, 256, 4095, 4000, 32_767, 32_768, 35_000, 65_535, 65_536],
  ...[2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1],
] as const;

const words = [
  ...[
    '',
    'localhost',
    '127.0.0.1',
    '::1',
    'ssh-userauth',
    'ssh-connection',
    'session',
    'x11',
    'forwarded-tcpip',
  ],
  ...[
    'forwarded-streamlocal@openssh.com',
    'auth-agent@openssh.com',
    'direct-tcpip',
    'hostkeys-00@openssh.com',
  ],
  ...['keepalive@openssh.com', 'tcpip-forward', 'exit-status', 'exit-signal', 'pty-req', 'server-sig-algs'],
  ...[
    'publickey',
    'password',
    'keyboard-interactive',
    'none',
    '__proto__',
    'constructor',
    'toString',
    '/tmp/s',
  ],
  ...[
    '\x1b[2J\x1b]0;x\x07',
    'a\0b',
    '\u202e',
    '%s%n',
    '$(id)',
    '../../etc',
    'Too many authentication failures',
  ],
  ...[
    'no matching cipher',
    'Password: ',
    'ssh-rsa',
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'zlib',
    'aes128-ctr',
  ],
] as const;

function someNumber(random: Random): number {
  return random.chance(0.7) ? random.pick(numbers) : Math.floor(random.next() * 2 ** 32);
}

/** A channel number; they start at 0. */
function someChannel(random: Random): number {
  return random.chance(0.8) ? random.int(0, 5) : someNumber(random);
}

function someText(random: Random): Buffer {
  const size = random.pick(['word', 'word', 'word', 'list', 'bytes', 'long'] as const);
  switch (size) {
    case 'word':
      return Buffer.from(random.pick(words));
    case 'list':
      return Buffer.from(Array.from({ length: random.int(0, 20) }, () => random.pick(words)).join(','));
    case 'bytes':
      return random.bytes(random.int(0, 200));
    case 'long':
      return Buffer.alloc(random.pick([1000, 32_768, 34_000]), random.pick(words) || 'x');
  }
}

type Part = (random: Random) => Buffer;
const number: Part = (random) => uint32(someNumber(random));
const channel: Part = (random) => uint32(someChannel(random));
const text: Part = (random) => string(someText(random), random.chance(0.01) ? someNumber(random) : undefined);
const flag: Part = (random) => byte(random.pick([0, 1, 1, 255]));
const data: Part = (random) => string(Buffer.alloc(random.pick([0, 1, 100, 4000, 32_768, 33_000]), 'd'));
const word =
  (...choice: readonly [string, ...string[]]): Part =>
  (random) =>
    random.chance(0.9) ? string(random.pick(choice)) : text(random);
const rest: Part = (random) => (random.chance(0.5) ? Buffer.alloc(0) : random.bytes(random.int(1, 60)));
const some =
  (...parts: readonly Part[]): Part =>
  (random) =>
    Buffer.concat(Array.from({ length: random.int(0, 6) }, () => parts.map((part) => part(random))).flat());

type Kind = readonly [type: number, ...parts: readonly Part[]];

const transport: readonly [Kind, ...Kind[]] = [
  [1, number, text, text],
  [2, text],
  [3, number],
  [4, flag, text, text],
  [5, word('ssh-userauth', 'ssh-connection')],
  [6, word('ssh-userauth')],
  [7, number, some(word('server-sig-algs'), text)],
  [20, (random) => random.bytes(16), ...Array<Part>(10).fill(text), flag, number],
  [21],
  [30, text],
  [31, text, text, text],
  [33, text, text, text],
  [0, rest],
  [192, rest],
];

const login: readonly [Kind, ...Kind[]] = [
  [51, word('publickey,password,keyboard-interactive', 'password', 'publickey', ''), flag],
  [51, word('keyboard-interactive'), flag],
  [52, rest],
  [53, text, text],
  [60, text, text, text, number, some(text, flag)],
  [60, text, text, text, () => uint32(1), text, flag],
  [60, word('ssh-ed25519'), text],
  [61, number, text],
];

const use: readonly [Kind, ...Kind[]] = [
  [80, word('keepalive@openssh.com', 'hostkeys-00@openssh.com', 'tcpip-forward'), flag, some(text), rest],
  [81, rest],
  [82, rest],
  [90, word('forwarded-tcpip'), number, number, number, word('localhost'), () => uint32(4000), text, number],
  [90, word('forwarded-streamlocal@openssh.com', 'x11', 'session'), number, number, number, text, number],
  [91, channel, channel, number, number, rest],
  [92, channel, number, text, text],
  [93, channel, number],
  [94, channel, data],
  [94, channel, text],
  [95, channel, number, data],
  [95, channel, () => uint32(1), data],
  [96, channel],
  [97, channel],
  [98, channel, word('exit-status', 'exit-signal', 'pty-req', 'env', 'xon-xoff'), flag, rest, some(text)],
  [99, channel],
  [100, channel],
];

export type Phase = 'handshake' | 'login' | 'use';

/** Mostly messages of this phase, and sometimes of others. */
export function someMessage(random: Random, phase: Phase): Buffer {
  const kinds = { handshake: transport, login, use };
  const own = random.chance(0.8) ? kinds[phase] : random.pick([transport, login, use] as const);
  const [type, ...parts] = random.pick(own);
  const message = packed(type, ...parts.map((part) => part(random)));
  return random.chance(0.08) ? change(random, message) : message;
}

/** The same with an error in it. */
export function change(random: Random, original: Buffer): Buffer {
  let changed: Buffer = Buffer.from(original);
  for (let count = random.pick([1, 1, 1, 2, 4]); count > 0; count--) {
    changed = changeOnce(random, changed);
  }
  return changed;
}

function changeOnce(random: Random, bytes: Buffer): Buffer {
  const at = random.int(0, Math.max(0, bytes.length - 1));
  const ways = ['byte', 'bit', 'number', 'field', 'field', 'cut', 'insert', 'remove', 'repeat'] as const;
  switch (random.pick(ways)) {
    case 'byte':
      bytes[at] = random.int(0, 255);
      return bytes;
    case 'bit':
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(0, 7));
      return bytes;
    case 'number':
      if (at + 4 <= bytes.length) {
        bytes.writeUInt32BE(someNumber(random), at);
      }
      return bytes;
    case 'field': {
      // The position of the channel number in channel messages.
      const field = 1 + 4 * random.int(0, 3);
      if (field + 4 <= bytes.length) {
        bytes.writeUInt32BE(someNumber(random), field);
      }
      return bytes;
    }
    case 'cut':
      return bytes.subarray(0, at);
    case 'insert':
      return Buffer.concat([bytes.subarray(0, at), random.bytes(random.int(1, 30)), bytes.subarray(at)]);
    case 'remove':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.int(1, 8))]);
    case 'repeat':
      return Buffer.concat([
        bytes.subarray(0, at),
        bytes.subarray(Math.max(0, at - 20), at),
        bytes.subarray(at),
      ]);
  }
}
