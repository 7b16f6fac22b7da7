// Writes known_hosts after a login: a newly accepted key, and the keys that a trusted server has listed.
import { fingerprint, keyType } from '../keys/publicKey';
import type { HostConfig } from '../config/hostConfig';
import type { HostKeyList } from '../transport/ssh2/ssh2Internals';
import { readable } from '../../util/untrustedText';
import { planRotation } from './hostKeyRotation';
import { appendHostKey, readKnownHosts, replaceHostKeys } from './knownHostsFiles';

/** A plain key to save. */
export interface NewKey {
  readonly key: Buffer;
  /** The address is a second name with CheckHostIP. */
  readonly names: readonly [string, ...string[]];
}

type WriteOptions = Pick<HostConfig, 'userKnownHostsFiles' | 'hashKnownHosts'>;

export class KnownHostsUpdate {
  readonly #host: WriteOptions;
  readonly #name: string;
  #saved: Promise<void> = Promise.resolve();

  /** @param name as returned by lookupName() */
  constructor(host: WriteOptions, name: string) {
    this.#host = host;
    this.#name = name;
  }

  /**
   * Appends a key.
   * @returns a log line. undefined: there is no file
   * @throws the system's error when the file can't be written
   */
  async save({ key, names }: NewKey): Promise<string | undefined> {
    const [file] = this.#host.userKnownHostsFiles;
    if (file === undefined) {
      return undefined;
    }
    this.#saved = appendHostKey(file, names, key, this.#host.hashKnownHosts);
    await this.#saved;
    return `Added the host key of ${names.join(',')} to ${file}: ${describeKey(key)}`;
  }

  /**
   * Updates the lines of a server to its keys.
   * @param trusted the plain key by which the server was recognised
   * @param isAllowed whether a key may be added
   * @returns a log line about the changes. undefined: nothing was changed
   * @throws the system's error when a file can't be read or written
   */
  async rotate(
    keys: HostKeyList,
    trusted: Buffer,
    isAllowed: (key: Buffer) => boolean,
  ): Promise<string | undefined> {
    const { userKnownHostsFiles: files, hashKnownHosts } = this.#host;
    const [file] = files;
    if (file === undefined) {
      return undefined;
    }
    await this.#saved;
    const plan = planRotation(await readKnownHosts(files), file, this.#name, trusted, keys, isAllowed);
    if (!plan) {
      return undefined;
    }
    for (const each of files) {
      const removed = plan.removed.filter((entry) => entry.file === each);
      const added = each === file ? plan.added : [];
      if (removed.length + added.length > 0) {
        await replaceHostKeys(each, this.#name, removed, added, hashKnownHosts);
      }
    }
    const list = (all: readonly Buffer[]): string => all.map(describeKey).join(', ');
    return (
      `${this.#name} changed its host keys; known_hosts was updated: ` +
      `added ${list(plan.added) || 'none'}, removed ${list(plan.removed.map(({ key }) => key)) || 'none'}`
    );
  }
}

/** For the log. */
export function describeKey(key: Buffer): string {
  return `${readable(keyType(key), 64)} ${fingerprint(key)}`;
}
