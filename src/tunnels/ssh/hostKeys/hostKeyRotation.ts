// UpdateHostKeys of ssh_config(5): a server that is trusted already names all its keys (`hostkeys-00@openssh.com` in
// OpenSSH's PROTOCOL §2.5), and known_hosts follows. What to change, by client_input_hostkeys() of OpenSSH's
// clientloop.c; pure.
import { entriesOf, keyType } from './knownHosts';
import type { KnownHostsEntry } from './knownHosts';

export interface Rotation {
  /** To be added to the first file. */
  readonly added: readonly Buffer[];
  /** Lines of keys that the server no longer has. */
  readonly removed: readonly KnownHostsEntry[];
}

/**
 * What known_hosts lacks and what it has too much.
 * @param entries of the user's own files; a key that only the system's files have is left to the administrator
 * @param name of lookupName()
 * @param trusted the key by which the server was known
 * @param keys all that the server has proved to hold
 * @param types that HostKeyAlgorithms allows, as key types
 * @returns undefined where nothing changes, where a person has arranged these lines, or where one of the keys is kept
 *   under another name, too
 */
export function planRotation(
  entries: readonly KnownHostsEntry[],
  name: string,
  trusted: Buffer,
  keys: readonly Buffer[],
  types: (type: string) => boolean,
): Rotation | undefined {
  const held = keys.filter((key) => types(keyType(key)));
  const ofHost = entriesOf(entries, name);
  const added = held.filter((key) => !ofHost.some((entry) => entry.key.equals(key)));
  const removed = ofHost.filter(({ key }) => !held.some((other) => other.equals(key)));
  const touched = [...held, ...removed.map(({ key }) => key)];
  const isElsewhere = (entry: KnownHostsEntry): boolean =>
    !ofHost.includes(entry) && touched.some((key) => key.equals(entry.key));
  const isTrusted = ofHost.some(({ key, marker }) => marker === undefined && key.equals(trusted));
  return isTrusted &&
    // A server that did not prove the key it is known by has proved nothing.
    keys.some((key) => key.equals(trusted)) &&
    !ofHost.some(isArranged) &&
    !entries.some(isElsewhere) &&
    added.length + removed.length > 0
    ? { added, removed }
    : undefined;
}

/** A marker, a pattern, or a list of more than a name and its address: hostspec_is_complex(). */
function isArranged({ marker, names }: KnownHostsEntry): boolean {
  return (
    marker !== undefined || (!('salt' in names) && (names.length > 2 || names.some((n) => /[*?]/.test(n))))
  );
}
