// Paths inside a JSON value: how they are shown, and the value at a path.
import { quote, isRecord } from './parsing';

/** Object keys and array indexes, from the outermost value. */
export type JsonPath = readonly (string | number)[];

/** The location of a problem for display: `sshTunnels.tunnels["staging"].localForward[0]`. */
export function formatJsonPath(path: JsonPath): string {
  return path
    .map((step) => {
      if (typeof step === 'number') {
        return `[${step}]`;
      }
      return /^[A-Za-z_]\w{0,80}$/.test(step) ? `.${step}` : `[${quote(step)}]`;
    })
    .join('');
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

/** The value with a new value at the path, which must exist. */
export function withValueAt(
  value: unknown,
  { path: [step, ...rest], value: replacement }: JsonChange,
): unknown {
  if (step === undefined) {
    return replacement;
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map((item, index) =>
      index === step ? withValueAt(item, { path: rest, value: replacement }) : item,
    );
  }
  const record = isRecord(value) ? value : {};
  return { ...record, [step]: withValueAt(record[String(step)], { path: rest, value: replacement }) };
}
