// Which header fields a proxy passes on: names, values and order as they were received, without those that are only for
// the connection (RFC 9110 §7.6.1).

export type Field = readonly [name: string, value: string];

const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'upgrade',
];

/**
 * These say where a message ends and whom it is for. `Connection` can't remove them: the next reader would find another
 * end.
 */
const framing = new Set(['content-length', 'host', 'trailer', 'transfer-encoding']);

/** Fields from the list of Node, which has names and values in turn. */
export function fieldsOf(raw: readonly string[]): readonly Field[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []));
}

/** The values of all fields with this name. @param name in lower case */
export function valuesOf(fields: readonly Field[], name: string): readonly string[] {
  return fields.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
}

/** The members of a list field, in lower case. */
export function listOf(fields: readonly Field[], name: string): readonly string[] {
  return valuesOf(fields, name)
    .flatMap((value) => value.toLowerCase().split(','))
    .map((member) => member.trim());
}

/** @param dropped further names, in lower case */
export function endToEnd(fields: readonly Field[], ...dropped: readonly string[]): readonly Field[] {
  const named = listOf(fields, 'connection').filter((name) => !framing.has(name));
  const all = new Set([...hopByHop, ...named, ...dropped]);
  return fields.filter(([name]) => !all.has(name.toLowerCase()));
}

/** Fields after a body, which may not change how its message is read (RFC 9110 §6.5.1). */
export function trailersOf(raw: readonly string[]): [string, string][] {
  return endToEnd(fieldsOf(raw), ...framing).map(([name, value]) => [name, value]);
}

/** Whether all characters may be sent in a header (RFC 9110 §5.5). */
export function isSendable(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}
