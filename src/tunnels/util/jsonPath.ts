// Paths inside a JSON value: how they are shown, and the value at a path.
import { isRecord } from './parsing';
import { isWord, quote, quoteKey } from './shown';

/** Object keys and array indexes, from the outermost value. */
export type JsonPath = readonly (string | number)[];

/** Their entries have names: other keys are shown only if they are words, because a password may be a key, too. */
const maps: readonly unknown[] = ['x11Programs', 'listen'];

/**
 * The location of a problem for display: `.staging.localForward[0]`.
 * @param startsWithName whether the first step is the name of a tunnel
 */
export function formatJsonPath(path: JsonPath, startsWithName = false): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') {
        return `[${step}]`;
      }
      const isName = index === 0 ? startsWithName : maps.includes(path[index - 1]);
      const isPlain = isName ? /^[A-Za-z_]\w{0,80}$/.test(step) : isKey(step);
      return isPlain ? `.${step}` : `[${isName ? quote(step) : quoteKey(step)}]`;
    })
    .join('');
}

function isKey(step: string): boolean {
  return step === 'x11Programs' || (isWord(step) && /^[A-Za-z_]+$/.test(step));
}

export interface JsonChange {
  readonly path: JsonPath;
  readonly value: unknown;
}

export function valueAt(value: unknown, [step, ...rest]: JsonPath): unknown {
  if (step === undefined) {
    return value;
  }
  return typeof value === 'object' && value !== null
    ? valueAt((value as Readonly<Record<string | number, unknown>>)[step], rest)
    : undefined;
}

/** The value with a new value at the path, which must exist, or be a new key or the next item of a list. */
export function withValueAt(
  value: unknown,
  { path: [step, ...rest], value: replacement }: JsonChange,
): unknown {
  if (step === undefined) {
    return replacement;
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const longer = step === items.length ? [...items, undefined] : items;
    return longer.map((item, index) =>
      index === step ? withValueAt(item, { path: rest, value: replacement }) : item,
    );
  }
  const record = isRecord(value) ? value : {};
  return { ...record, [step]: withValueAt(record[String(step)], { path: rest, value: replacement }) };
}
