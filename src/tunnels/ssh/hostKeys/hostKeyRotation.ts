// UpdateHostKeys of ssh_config(5): a trusted server lists all its host keys (`hostkeys-00@openssh.com`, OpenSSH's
// PROTOCOL §2.5), and known_hosts is updated to match. Decides what to change, like client_input_hostkeys() in
// OpenSSH's clientloop.c. Pure.
import type { HostKeyList } from '../transport/ssh2/ssh2Internals';
import { entriesOf } from './knownHosts';
import type { KnownHostsEntry } from './knownHostsLine';

export interface Rotation {
  /** Keys to add to the first file. */
  readonly added: readonly Buffer[];
  /** Entries to remove: the server no longer has their keys, or they are added to the first file. */
  readonly removed: readonly KnownHostsEntry[];
}

/**
 * Compares known_hosts with the server's keys.
 * @param entries of the user's own files. Keys in the system's files are the administrator's and stay as they are
 * @param firstFile to which keys are added. The host's keys in the other files move there, when anything changes
 * @param name as returned by lookupName()
 * @param trusted the key by which the server was recognised
 * @param isAllowed whether a key may be added
 * @returns undefined if nothing changes, if the user has edited these lines by hand, or if one of the keys is also
 *   saved under another name
 */
export function planRotation(
  entries: readonly KnownHostsEntry[],
  firstFile: string,
  name: string,
  trusted: Buffer,
  { listed, proved }: HostKeyList,
  isAllowed: (key: Buffer) => boolean,
): Rotation | undefined {
  const current = proved.filter(isAllowed);
  const ofHost = entriesOf(entries, name);
  const added = current.filter((key) => !ofHost.some((entry) => entry.key.equals(key)));
  const removed = ofHost.filter(({ key }) => !listed.some((other) => other.equals(key)));
  const affected = [...current, ...removed.map(({ key }) => key)];
  const hasOtherName = (entry: KnownHostsEntry): boolean =>
    !ofHost.includes(entry) && affected.some((key) => key.equals(entry.key));
  const isTrusted = ofHost.some(({ key, marker }) => marker === undefined && key.equals(trusted));
  const moved = ofHost.filter(
    ({ file, key }) => file !== firstFile && current.some((each) => each.equals(key)),
  );
  const inFirstFile = ofHost.filter(({ file }) => file === firstFile);
  return isTrusted &&
    // The server must also have proved that it owns the key by which it was recognised.
    proved.some((key) => key.equals(trusted)) &&
    !ofHost.some(isHandEdited) &&
    !entries.some(hasOtherName) &&
    added.length + removed.length > 0
    ? {
        added: current.filter((key) => !inFirstFile.some((entry) => entry.key.equals(key))),
        removed: [...removed, ...moved],
      }
    : undefined;
}

/** Has a marker, a pattern, or more names than one and its address: hostspec_is_complex() in OpenSSH. */
function isHandEdited({ marker, names }: KnownHostsEntry): boolean {
  return (
    marker !== undefined || (!('salt' in names) && (names.length > 2 || names.some((n) => /[*?]/.test(n))))
  );
}
