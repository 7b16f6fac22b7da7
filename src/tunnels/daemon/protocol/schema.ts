// Reads a value that came over the wire into one of a type, or refuses it. What the type does not name is left behind,
// so that nothing unforeseen gets past here: a `__proto__` of its own, say.

/** The value is not named: it may be anything. */
export class Malformed extends Error {
  constructor(place: string, expected: string) {
    super(`${place} is not ${expected}`);
    this.name = 'Malformed';
  }
}

/** @throws Malformed */
export type Reader<T> = (value: unknown, place: string) => T;

export interface Optional<T> {
  readonly optional: Reader<T>;
}

/** A key that may be left out. */
export function optional<T>(reader: Reader<T>): Optional<T> {
  return { optional: reader };
}

/** A reader for every key of the type, whether it may be left out or not. */
type Fields<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K>
    ? Optional<Exclude<T[K], undefined>>
    : Reader<T[K]>;
};

export function shape<T extends object>(fields: Fields<T>): Reader<T> {
  const readers = Object.entries<Reader<unknown> | Optional<unknown>>(fields);
  return (value, place) => {
    const given = objectAt(value, place);
    const read = readers.flatMap(([key, field]) => {
      const one = Object.hasOwn(given, key) ? given[key] : undefined;
      if (typeof field === 'function') {
        return [[key, field(one, `${place}.${key}`)]];
      }
      return one === undefined ? [] : [[key, field.optional(one, `${place}.${key}`)]];
    });
    return Object.fromEntries(read) as T;
  };
}

export function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) {
      throw new Malformed(place, 'a list');
    }
    return value.map((item, index) => reader(item, `${place}[${index}]`));
  };
}

export function recordOf<T>(reader: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, place) =>
    Object.fromEntries(
      Object.entries(objectAt(value, place)).map(([key, item]) => [key, reader(item, `an item of ${place}`)]),
    );
}

export function oneOf<T extends string>(...choices: readonly T[]): Reader<T> {
  return (value, place) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) {
      throw new Malformed(place, `one of ${choices.join(', ')}`);
    }
    return choice;
  };
}

/** undefined where JSON has nothing: it leaves such keys out. */
export function maybe<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, place) => (value === undefined ? undefined : reader(value, place));
}

export const text: Reader<string> = (value, place) => {
  if (typeof value !== 'string') {
    throw new Malformed(place, 'a text');
  }
  return value;
};

/** The value of a variable: no program can be started with a zero in one. */
export const variableText: Reader<string> = (value, place) => {
  if (text(value, place).includes('\0')) {
    throw new Malformed(place, 'a text without a zero');
  }
  return text(value, place);
};

export const flag: Reader<boolean> = (value, place) => {
  if (typeof value !== 'boolean') {
    throw new Malformed(place, 'true or false');
  }
  return value;
};

/** JSON has an infinite one: `1e999`. */
export const amount: Reader<number> = (value, place) => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new Malformed(place, 'a number from 0');
  }
  return value;
};

export const portNumber: Reader<number> = (value, place) => {
  if (!Number.isInteger(amount(value, place)) || Number(value) > 65_535) {
    throw new Malformed(place, 'a port');
  }
  return Number(value);
};

export function objectAt(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Malformed(place, 'an object');
  }
  return value as Readonly<Record<string, unknown>>;
}
