// Has a forward listen elsewhere, in its setting as it is written: a number, a text or an object.
import { formatAddress } from '../util/address';
import { formatListen } from './forward';
import type { Forward, Listen } from './forward';
import { forwardPaths } from './parseForward';
import type { JsonPath } from './recordReader';
import { isRecord } from '../util/text';

export interface JsonChange {
  readonly path: JsonPath;
  readonly value: unknown;
}

/**
 * @param tunnel as it is written; nothing may be wrong with it
 * @param index of the forward among those it is read as
 * @returns the one value to be changed, its path from the tunnel inward; undefined where it has none there
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

/** Whether its forwards stand in an ssh command line, not in keys of their own. */
export function isCommandLine(tunnel: unknown): boolean {
  return typeof tunnel === 'string' || (isRecord(tunnel) && Object.hasOwn(tunnel, 'ssh'));
}

/** As people write it: a plain port is a number. */
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

/** The value with another one at the path, which must be there. */
export function withValueAt(value: unknown, { path: [step, ...rest], value: wanted }: JsonChange): unknown {
  if (step === undefined) {
    return wanted;
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map((item, index) =>
      index === step ? withValueAt(item, { path: rest, value: wanted }) : item,
    );
  }
  const record = isRecord(value) ? value : {};
  return { ...record, [step]: withValueAt(record[String(step)], { path: rest, value: wanted }) };
}
