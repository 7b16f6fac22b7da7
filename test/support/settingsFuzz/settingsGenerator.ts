// Generates values of `sshTunnels.tunnels` and `sshTunnels.overrides`: nearly right ones, of wrong types, with hostile
// names, huge strings, and paths into a file tree.
import {
  forwardKeys,
  overrideKeys,
  tunnelKeys,
  x11ProgramKeys,
} from '../../../src/tunnels/config/parsing/tunnelKeys';
import type { Random } from '../random';
import type { FileTree } from './fileTree';

const hostileNames = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'length', 'then', 'prototype'],
  ...[
    '',
    ' ',
    '/',
    '..',
    'user:a',
    '0',
    '-1',
    'a/b',
    '\u202e',
    '\ud800',
    '\0',
    'é',
    '${x}',
    'n'.repeat(5000),
  ],
] as const;
const words = [
  ...[
    'ssh',
    '-L',
    '-R',
    '-D',
    '-X',
    '-Y',
    '-o',
    '-J',
    '-p',
    '-l',
    '-NT',
    '-Z',
    '--',
    '-',
    '8080:a:80',
    '1080',
    'me@a',
  ],
  ...[
    'a=b',
    'Compression=yes',
    'LocalForward',
    '"1 a:2"',
    "'",
    '"',
    '\\',
    '$x',
    '`id`',
    ';',
    '|',
    '#',
    '\n',
    '[::1]:1:b:2',
  ],
] as const;
const texts = [
  ...[
    'a',
    'me@a:22',
    'ssh://me@a:22/',
    'ssh://%:x@a',
    'a:b@c',
    '-a',
    '8080:a:80',
    '[::1]:1:[::2]:2',
    '1:2:3:4:5:6',
    ':',
  ],
  ...[
    '::',
    '*:0:a:1',
    '65536:a:1',
    '[',
    ']',
    'a\\',
    '%',
    '\ud83d',
    'xclock',
    '1280x800',
    'DB_PORT',
    'PATH',
    'none',
    '',
  ],
] as const;

type Keys = readonly [string, ...string[]];

export class SettingsGenerator {
  readonly #random: Random;
  readonly #tree: FileTree;

  constructor(random: Random, tree: FileTree) {
    this.#random = random;
    this.#tree = tree;
  }

  tunnels(): unknown {
    return this.#random.chance(0.05) ? this.#junk(3) : this.#record(['a', 'b', 'c'], () => this.#tunnel());
  }

  overrides(): unknown {
    const listen = (): unknown => this.#record(['a', '8080'], () => this.#text());
    return this.#random.chance(0.1)
      ? this.#junk(2)
      : this.#record(['a', 'b'], () =>
          this.#record(overrideKeys, (key) => (key === 'listen' ? listen() : this.#any())),
        );
  }

  #tunnel(): unknown {
    if (this.#random.chance(0.2)) {
      return this.#line();
    }
    const record = this.#record(tunnelKeys, (key) => this.#property(key));
    return this.#random.chance(0.1) ? record : { host: 'a', ...record };
  }

  #property(key: string): unknown {
    if (this.#random.chance(0.2)) {
      return this.#junk(2);
    }
    if (key.endsWith('Forward')) {
      return Array.from({ length: this.#random.int(0, 4) }, () => this.#forward());
    }
    switch (key) {
      case 'ssh':
        return this.#line();
      case 'x11Programs':
        return this.#record(['clock'], () => this.#record(x11ProgramKeys, () => this.#any()));
      default:
        return this.#any();
    }
  }

  #forward(): unknown {
    return this.#random.chance(0.5) ? this.#forwardText() : this.#record(forwardKeys, () => this.#any());
  }

  #forwardText(): string {
    return this.#random.pick([
      `${this.#path()}:a:1`,
      `1:${this.#path()}`,
      `${this.#path()} ${this.#path()}`,
      this.#text(),
    ]);
  }

  #path(): string {
    const { folder, names } = this.#tree;
    const start = this.#random.pick([
      '${workspaceFolder}/',
      '${workspaceFolder}/',
      `${folder}/`,
      '~/',
      '${userHome}/',
      '/',
      '',
    ]);
    const [name = 'loop', ...others] = names;
    const middle = this.#random.pick([
      name,
      ...others,
      'x'.repeat(300),
      'x'.repeat(60),
      'self/self',
      '',
      '..',
      '\u00e9',
    ]);
    return `${start}${middle}${this.#random.pick(['', '', '/a', '/a/b', '/', '/..', `/${'y'.repeat(260)}`])}`;
  }

  #line(): string {
    const count = this.#random.chance(0.005) ? 2000 : this.#random.int(1, 12);
    return ['ssh', ...Array.from({ length: count }, () => this.#word())].join(' ');
  }

  #word(): string {
    return this.#random.chance(0.1) ? this.#forwardText() : this.#random.pick(words);
  }

  #text(): string {
    const text = this.#random.chance(0.3) ? this.#path() : this.#random.pick(texts);
    return this.#random.chance(0.002) ? text.padEnd(30_000, text || 'a') : text;
  }

  #any(): unknown {
    return this.#random.chance(0.6) ? this.#text() : this.#junk(2);
  }

  /** A value of any type. */
  #junk(depth: number): unknown {
    const random = this.#random;
    if (random.chance(0.005)) {
      return nested(random.int(100, 2000));
    }
    switch (random.pick(depth > 0 ? ['list', 'record', 'plain', 'text'] : ['plain', 'text'])) {
      case 'list':
        return Array.from({ length: random.int(0, random.chance(0.005) ? 600 : 3) }, () =>
          this.#junk(depth - 1),
        );
      case 'record':
        return this.#record(['host', 'listen'], () => this.#junk(depth - 1));
      case 'text':
        return this.#text();
      default:
        return random.pick<unknown>([null, true, false, 0, -0, -1, 1.5, 1e308, 80, 65_536, 'onConnect']);
    }
  }

  /** With some of the keys, and sometimes hostile ones. */
  #record(keys: Keys, valueOf: (key: string) => unknown): Record<string, unknown> {
    const chosen = keys.filter(() => this.#random.chance(0.3));
    const more = this.#random.chance(0.2) ? [this.#random.pick(hostileNames)] : [];
    // Object.fromEntries() makes a property of its own of "__proto__", as JSON.parse() does.
    return Object.fromEntries([...chosen, ...more].map((key) => [key, valueOf(key)]));
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) {
    value = level % 3 === 0 ? { host: value } : [value];
  }
  return value;
}
