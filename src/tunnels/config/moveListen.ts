// Changes where a forward listens in its setting, keeping the form: a number, a text or an object.
import { formatAddress } from '../util/address';
import { formatListen } from './forward';
import type { Forward, Listen } from './forward';
import { forwardPaths } from './parsing/parseForward';
import type { JsonPath } from './parsing/propertyReader';
import { isRecord } from '../util/parsing';

export interface JsonChange {
  readonly path: JsonPath;
  readonly value: unknown;
}

/**
 * @param tunnel the value in the settings, which must be valid
 * @param index of the forward among the parsed ones
 * @returns the value to change, with its path inside the tunnel; undefined: the forward has none there
 */
export function moveListen(
  tunnel: unknown,
  index: number,
  forward: Forward,
  listen: Listen,
): JsonChange | undefined {
  const path = isRecord(tunnel) && !isCommandLine(tunnel) ? forwardPaths(tunnel)[index] : undefined;
  if (path === undefined) {
    return undefined;
  }
  if (isRecord(valueAt(tunnel, path))) {
    return { path: [...path, 'listen'], value: listenValue(listen) };
  }
  const { kind } = forward;
  return kind === 'dynamic' || forward.target === undefined
    ? { path, value: listenValue(listen) }
    : { path, value: `${formatListen(listen)}:${formatAddress(forward.target)}` };
}

/** Whether an ssh command line has its forwards, not properties of the tunnel. */
export function isCommandLine(tunnel: unknown): boolean {
  return typeof tunnel === 'string' || (isRecord(tunnel) && Object.hasOwn(tunnel, 'ssh'));
}

/** The value for the settings: a port without a bind address is a number. */
export function listenValue(listen: Listen): string | number {
  return 'port' in listen && listen.bind === undefined ? listen.port : formatListen(listen);
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
