// Every request of the protocol is accepted as it is, and refused with any part of it wrong.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as schemas from '../../../../src/tunnels/daemon/protocol/requestSchemas';
import { Malformed } from '../../../../src/tunnels/daemon/protocol/schema';
import type { Reader } from '../../../../src/tunnels/daemon/protocol/schema';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import { requestSamples } from '../../../support/requestSamples';

type Path = readonly (string | number)[];

const readers: Readonly<Record<keyof typeof requestSamples, Reader<unknown>>> = {
  hello: schemas.windowHello,
  'lease/set': schemas.lease,
  'tunnel/start': schemas.tunnelParams,
  'tunnel/retry': schemas.tunnelParams,
  'tunnel/activity': schemas.tunnelParams,
  'tunnel/stop': schemas.tunnelParams,
  resolve: schemas.resolveParams,
  'daemon/yield': schemas.listenAddresses,
};
/** Keys that may be left out. */
const optionalKeys =
  /^(title|version|editorPid|name|onDemand|consent|project|proxyJump|env|protocol|user|port|nested|paths|remotes|bind|target|compression|exitOnForwardFailure|serverAlive\w+|connectTimeout|sshConfigFile|userKnownHostsFile|identityAgent|strictHostKeyChecking)$/;
const wrong: readonly unknown[] = [null, -1, 0.5, 1e999, 'x', '', true, [], {}, [[]], { a: 1 }, 70_000];

/** As JSON would have it: without keys that are undefined. */
function read(request: keyof typeof requestSamples, value: unknown): unknown {
  return JSON.parse(JSON.stringify(readers[request](value, 'params')));
}

/** Every part of a value with its path, first the whole value. */
function* places(value: unknown, path: Path = []): Generator<readonly [Path, unknown]> {
  yield [path, value];
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield* places(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
}

/** A copy with another value at the path; undefined: without one. */
function changed(value: unknown, [step, ...rest]: Path, to: unknown): unknown {
  if (step === undefined) {
    return to;
  }
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[step] = changed(copy[step], rest, to);
  if (copy[step] === undefined) {
    Reflect.deleteProperty(copy, step);
  }
  return copy;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
}

for (const [request, samples] of Object.entries(requestSamples)) {
  const name = request as keyof typeof requestSamples;
  describe(`the request ${name}`, () => {
    it('is accepted as it is', () => {
      for (const sample of samples) {
        assert.deepEqual(read(name, sample), sample);
      }
    });

    it('is refused with a value of another type at any place', () => {
      for (const sample of samples) {
        for (const [path, value] of places(sample)) {
          for (const other of wrong.filter((candidate) => kindOf(candidate) !== kindOf(value))) {
            const bad = changed(sample, path, other);
            const where = `${path.join('.')}: ${JSON.stringify(other)}`;
            assert.throws(() => read(name, bad), Malformed, where);
          }
        }
      }
    });

    it('is refused without a required key', () => {
      for (const sample of samples) {
        for (const [path] of places(sample)) {
          const key = path.at(-1);
          // The items of a list and of a record may be fewer.
          const isItem = typeof key === 'number' || /^(env|rememberedPorts)$/.test(String(path.at(-2)));
          if (key !== undefined && !isItem) {
            const without = changed(sample, path, undefined);
            const needed = !optionalKeys.test(key) || isRequiredHere(path, sample);
            if (needed) {
              assert.throws(() => read(name, without), Malformed, path.join('.'));
            } else {
              assert.deepEqual(read(name, without), without, path.join('.'));
            }
          }
        }
      }
    });

    it('loses its unknown keys', () => {
      for (const sample of samples) {
        for (const [path, value] of places(sample)) {
          const isRecord = /^(env|rememberedPorts)$/.test(String(path.at(-1)));
          if (kindOf(value) === 'object' && !isRecord) {
            const more = {
              ...(value as object),
              ...(JSON.parse('{"__proto__":{"polluted":1},"x":[]}') as object),
            };
            const got = read(name, changed(sample, path, more));
            assert.deepEqual(got, sample);
            assert.equal(JSON.stringify(got).includes('polluted'), false);
          }
        }
      }
      assert.equal('polluted' in {}, false);
    });
  });
}

/** Whether an optional key is required at this place. */
function isRequiredHere(path: Path, sample: unknown): boolean {
  const [key, parent, grandparent] = [...path].reverse();
  const owner = [...places(sample)].find(([at]) => at.join('.') === path.slice(0, -1).join('.'))?.[1];
  return (
    (key === 'env' && typeof parent !== 'number') ||
    (key === 'port' && parent !== 'destination' && grandparent !== 'proxyJump') ||
    (key === 'name' && grandparent === 'x11Programs') ||
    (key === 'target' && (owner as { kind?: unknown }).kind === 'local')
  );
}

describe('a number in a request', () => {
  for (const port of [-1, 0.5, 65_536, Number.NaN, 1e999]) {
    it(`is refused as a port when it is ${port}`, () => {
      assert.throws(() => read('daemon/yield', { ports: [port] }), Malformed);
    });
  }
  for (const delay of [-1, Number.NaN, 1e999]) {
    it(`is refused as a delay when it is ${delay}`, () => {
      const [sample] = requestSamples.resolve;
      const settings = { ...sample.settings, reconnectMaxDelay: delay };
      assert.throws(() => read('resolve', { ...sample, settings }), Malformed);
    });
  }
});

describe('a variable of a lease', () => {
  it('is refused when it contains a NUL character', () => {
    assert.deepEqual(read('lease/set', { env: { A: '', B: 'ü\n' }, tunnels: [] }), {
      env: { A: '', B: 'ü\n' },
      tunnels: [],
    });
    const lease = { env: { SECRET: 'a\0b' }, tunnels: [] };
    assert.throws(
      () => read('lease/set', lease),
      /^Malformed: an item of params\.env is not a text without a zero byte$/,
    );
  });
});

describe('a tunnel parsed from the settings', () => {
  it('is accepted in a request unchanged', () => {
    const entry = {
      host: 'me@db.example.org:22',
      proxyJump: ['a', 'b@c:2222'],
      localForward: [
        '8080:www.example.org:80',
        '/tmp/a.sock:/b.sock',
        { listen: 0, target: 'x:1', env: 'DB_PORT' },
      ],
      remoteForward: ['9000:localhost:3000', '9001'],
      dynamicForward: [1080, '*:1081'],
      compression: true,
      serverAliveInterval: 7,
      x11Programs: { Clock: 'xclock', Desktop: { command: 'x', nested: '1280x800', trusted: true } },
    };
    const parsed = parseTunnel('t', entry, 'user');
    assert.ok('entry' in parsed, JSON.stringify(parsed));
    const { definition } = parsed.entry;
    const wire: unknown = JSON.parse(
      JSON.stringify({ definition, settings: { reconnectMaxDelay: 30 }, env: {} }),
    );
    assert.deepEqual(read('resolve', wire), wire);
  });
});

describe('the environment in a request', () => {
  const environmentIn = (env: unknown): unknown =>
    (read('lease/set', { env, tunnels: [] }) as { env: unknown }).env;

  it('is refused with more variables than a program can be started with', () => {
    const many = Object.fromEntries(Array.from({ length: 65_537 }, (_, index) => [`v${index}`, '']));
    assert.throws(() => environmentIn(many), Malformed);
  });

  it('loses what no program can be started with, also from a window that sends it', () => {
    const huge = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`H${at}`, 'x'.repeat(100_000)]));
    const kept = environmentIn({
      A: '1',
      '': '2',
      'B=C': '3',
      'D\0': '4',
      LONG: 'x'.repeat(200_000),
      ...huge,
    });
    assert.deepEqual(Object.keys(kept as object), ['A', 'H4', 'H5', 'H6', 'H7', 'H8']);
  });
});
