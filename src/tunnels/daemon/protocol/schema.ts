// Validates a received value and converts it to a type. Keys that the type does not name are dropped, so that nothing
// unexpected gets through, such as an own `__proto__`.
//
// Not a library, because objectOf() requires a reader for every key of a type. In valibot, a schema may lack an optional
// key of the type: it compiles, and drops that key.

/** The error message leaves out the value, which may be anything. */
export class Malformed extends Error {
  constructor(path: string, expected: string) {
    super(`${path} is not ${expected}`);
    this.name = 'Malformed';
  }
}

/** @throws Malformed */
export type Reader<T> = (value: unknown, path: string) => T;

export interface Optional<T> {
  readonly optional: Reader<T>;
}

/** A key that may be missing. */
export function optional<T>(reader: Reader<T>): Optional<T> {
  return { optional: reader };
}

/** One reader for every key of the type; optional keys need an optional reader. */
type Fields<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K>
    ? Optional<Exclude<T[K], undefined>>
    : Reader<T[K]>;
};

export function objectOf<T extends object>(fields: Fields<T>): Reader<T> {
  const readers = Object.entries<Reader<unknown> | Optional<unknown>>(fields);
  return (value, path) => {
    const given = objectAt(value, path);
    const read = readers.flatMap(([key, field]) => {
      const one = Object.hasOwn(given, key) ? given[key] : undefined;
      if (typeof field === 'function') {
        return [[key, field(one, `${path}.${key}`)]];
      }
      return one === undefined ? [] : [[key, field.optional(one, `${path}.${key}`)]];
    });
    return Object.fromEntries(read) as T;
  };
}

export function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) {
      throw new Malformed(path, 'a list');
    }
    return value.map((item, index) => reader(item, `${path}[${index}]`));
  };
}

export function recordOf<T>(reader: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, path) =>
    Object.fromEntries(
      Object.entries(objectAt(value, path)).map(([key, item]) => [key, reader(item, `an item of ${path}`)]),
    );
}

export function oneOf<T extends string>(...choices: readonly T[]): Reader<T> {
  return (value, path) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) {
      throw new Malformed(path, `one of ${choices.join(', ')}`);
    }
    return choice;
  };
}

/** For a key whose value may be undefined: JSON leaves out such keys. */
export function maybe<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, path) => (value === undefined ? undefined : reader(value, path));
}

export const text: Reader<string> = (value, path) => {
  if (typeof value !== 'string') {
    throw new Malformed(path, 'a text');
  }
  return value;
};

/** The value of an environment variable: no program can be started with a zero byte in one. */
export const variableText: Reader<string> = (value, path) => {
  if (text(value, path).includes('\0')) {
    throw new Malformed(path, 'a text without a zero byte');
  }
  return text(value, path);
};

export const flag: Reader<boolean> = (value, path) => {
  if (typeof value !== 'boolean') {
    throw new Malformed(path, 'true or false');
  }
  return value;
};

/** JSON can contain infinity: `1e999`. */
export const amount: Reader<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new Malformed(path, 'a number from 0');
  }
  return value;
};

export const portNumber: Reader<number> = (value, path) => {
  if (!Number.isInteger(amount(value, path)) || Number(value) > 65_535) {
    throw new Malformed(path, 'a port');
  }
  return Number(value);
};

export function objectAt(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Malformed(path, 'an object');
  }
  return value as Readonly<Record<string, unknown>>;
}
