// Verifies the host key of one hop before anything else is sent to that host. Every later rekey must present the same
// key (RFC 4253 §9).
import { TunnelFailure } from '../../errors/errors';
import { hostKeyChanged, hostKeyRevoked, hostKeyUnknown } from '../../errors/ssh/hostKey';
import { hostKeyTooShort } from '../../errors/ssh/algorithms';
import type { HostKeyError, KeyFacts, UncheckedProofs } from '../../errors/ssh/hostKey';
import { promptUser } from '../auth/prompter';
import type { Prompter } from '../auth/prompter';
import { planRotation } from './hostKeyRotation';
import type { HostKeyList } from '../transport/ssh2/ssh2Internals';
import {
  authorityOf,
  checkByName,
  checkHostKey,
  keyTypeOfAlgorithm,
  knownKeyTypes,
  lookupName,
  withPort,
} from './knownHosts';
import type { HostKeyVerdict } from './knownHosts';
import { fingerprint, keyType, rsaBits } from '../keys/publicKey';
import type { KnownHostsEntry } from './knownHostsLine';
import { appendHostKey, readKnownHosts, replaceHostKeys } from './knownHostsFiles';
import { CommandNotStarted, runKnownHostsCommand } from './knownHostsCommand';
import type { Lookup } from './knownHostsCommand';
import type { HostConfig } from '../config/hostConfig';
import { readRevokedKeys } from './revokedKeys';
import type { RevokedKeys } from './revokedKeys';
import type { VerifiedHostKey } from '../../model/hostKey';
import type { Log } from '../../util/log';
import { readable } from '../../util/untrustedText';

type Command = (lookup: Lookup, signal: AbortSignal) => Promise<readonly KnownHostsEntry[]>;

/** A key to save. */
interface NewKey {
  readonly key: Buffer;
  /** The address is a second name with CheckHostIP. */
  readonly names: readonly [string, ...string[]];
}

interface VerifierParts {
  readonly host: HostConfig;
  readonly entries: readonly KnownHostsEntry[];
  readonly unreadable: TunnelFailure[];
  readonly revoked: RevokedKeys;
  readonly command: Command;
}

export class HostKeyVerifier {
  readonly #host: HostConfig;
  readonly #entries: readonly KnownHostsEntry[];
  /** Why files of known keys could not be read, or a KnownHostsCommand could not be started. */
  readonly #unreadable: TunnelFailure[];
  readonly #revocationOf: RevokedKeys;
  /** Runs KnownHostsCommand. */
  readonly #command: Command;
  readonly #name: string;
  #accepted: Buffer | undefined;
  #verified: VerifiedHostKey | undefined;
  #newKey: NewKey | undefined;
  /** The key was known or the user confirmed it. Stronger than `accept-new`, which accepts any first key. */
  #trusted = false;
  #saved: Promise<void> = Promise.resolve();

  private constructor({ host, entries, unreadable, revoked, command }: VerifierParts) {
    this.#host = host;
    this.#entries = entries;
    this.#unreadable = unreadable;
    this.#revocationOf = revoked;
    this.#command = command;
    this.#name = lookupName(host);
  }

  /**
   * @param env for a KnownHostsCommand
   * @throws TunnelFailure HostKeyUnknown when the revoked keys can't be read
   */
  static async create(
    host: HostConfig,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<HostKeyVerifier> {
    const unreadable: TunnelFailure[] = [];
    const files = [...host.userKnownHostsFiles, ...host.globalKnownHostsFiles];
    const entries = await readKnownHosts(files, (failure) => unreadable.push(failure));
    const revoked = await readRevokedKeys(host.revokedHostKeysFiles);
    const { knownHostsCommand } = host;
    const command: Command = async (lookup, signal) => {
      if (knownHostsCommand === undefined) {
        return [];
      }
      try {
        return await runKnownHostsCommand(knownHostsCommand, host, env, lookup, signal);
      } catch (error) {
        if (!(error instanceof CommandNotStarted)) {
          throw error;
        }
        unreadable.push(error);
        return [];
      }
    };
    return new HostKeyVerifier({ host, entries, unreadable, revoked, command });
  }

  /**
   * The types of the known keys of this host. They are requested first, so that the server presents a known key. Like
   * ssh, calls a KnownHostsCommand for this only if the types matter, and when there is a connection to the server.
   * @param signal ends a KnownHostsCommand
   * @throws TunnelFailure HostKeyUnknown when a KnownHostsCommand fails
   */
  async knownTypes(signal: AbortSignal): Promise<readonly string[]> {
    if (!this.#host.knownHostKeysFirst) {
      return [];
    }
    const printed = await this.#command({ invocation: 'ORDER' }, signal);
    return knownKeyTypes([...this.#entries, ...printed], this.#name);
  }

  /** SHA256 fingerprint of the accepted key. Empty until then. */
  get fingerprint(): string {
    return this.#accepted ? fingerprint(this.#accepted) : '';
  }

  /** The accepted key and why it was accepted. undefined: none yet. */
  get verified(): VerifiedHostKey | undefined {
    return this.#verified;
  }

  /** Whether this key has already been verified and accepted. */
  hasAccepted(key: Buffer): boolean {
    return this.#accepted?.equals(key) === true;
  }

  /**
   * Resolves when the key is accepted.
   * @param address the address that was dialled. undefined: connected through a jump host or a ProxyCommand
   * @throws TunnelFailure NoCommonAlgorithm for a short RSA key, HostKeyChanged, HostKeyRevoked or HostKeyUnknown
   * @throws NeedsAnswer when it is unknown and prompts are not allowed
   */
  async verify(
    key: Buffer,
    address: string | undefined,
    who: string,
    prompter: Prompter,
    log: Log,
  ): Promise<void> {
    log.debug(`Server host key: ${describeKey(key)}`);
    const bits = rsaBits(key);
    if (bits !== undefined && bits < this.#host.requiredRsaSize) {
      throw new TunnelFailure(hostKeyTooShort(this.#name, bits, this.#host.requiredRsaSize));
    }
    if (this.#accepted && !this.hasAccepted(key)) {
      throw new TunnelFailure(hostKeyChanged(this.#name, keyFacts(key), undefined));
    }
    const revocation = this.#revocationOf(key);
    if (revocation) {
      throw new TunnelFailure(hostKeyRevoked(this.#name, keyFacts(key), revocation.file, revocation.line));
    }
    if (
      this.#host.noHostAuthenticationForLocalhost &&
      this.#host.hostKeyAlias === undefined &&
      isLoopback(address)
    ) {
      this.#accepted = Buffer.from(key);
      log.debug('The host key of this machine itself is not checked (NoHostAuthenticationForLocalhost)');
      return;
    }
    const { signal } = prompter;
    const entries = [...this.#entries, ...(await this.#command({ invocation: 'HOSTNAME', key }, signal))];
    const found = checkHostKey(entries, this.#name, key, this.#entries);
    const addressName = this.#addressName(address);
    const foundAddress =
      addressName === undefined ? undefined : await this.#checkAddress(addressName, key, signal);
    for (const message of new Set(this.#unreadable.map((failure) => failure.message))) {
      log.warn(message);
    }
    const verdict = notRefused(this.#name, key, found);
    const isNewAddress =
      addressName !== undefined &&
      addressName !== this.#name &&
      foundAddress !== undefined &&
      // ssh would ask about a changed key, or only warn.
      notRefused(addressName, key, foundAddress).verdict === 'unknown';
    if (verdict.verdict === 'known') {
      this.#trusted = true;
      log.debug(`Host key of ${this.#name} found in ${verdict.file}:${verdict.line}`);
      if (isNewAddress && checkByName(this.#entries, this.#name, key).verdict === 'known') {
        this.#newKey = { key, names: [addressName] };
      }
    } else {
      if (this.#unreadable[0]) {
        // What can't be read may be the key of this host. ssh would take the host for a new one.
        throw this.#unreadable[0];
      }
      log.debug(`No host key of ${this.#name} in: ${this.#files.join(', ') || 'no file'}`);
      await this.#acceptUnknown(key, address ?? this.#host.hostName, who, prompter);
      this.#newKey = { key, names: [this.#name, ...(isNewAddress ? [addressName] : [])] };
    }
    this.#accepted = Buffer.from(key);
  }

  /**
   * The name by which CheckHostIP looks up the address, as in check_host_key() of OpenSSH's sshconnect.c.
   * @returns undefined: it isn't looked up
   */
  #addressName(address: string | undefined): string | undefined {
    const { checkHostIp, hostName, port } = this.#host;
    if (!checkHostIp || address === undefined || isLoopback(address)) {
      return undefined;
    }
    const name = withPort(address, port);
    return name === hostName ? undefined : name;
  }

  async #checkAddress(name: string, key: Buffer, signal: AbortSignal): Promise<HostKeyVerdict> {
    const printed = await this.#command({ invocation: 'ADDRESS', name, key }, signal);
    return checkByName([...this.#entries, ...printed], name, key);
  }

  /** Decides about an unknown key by StrictHostKeyChecking of ssh_config(5). */
  async #acceptUnknown(key: Buffer, address: string, who: string, prompter: Prompter): Promise<void> {
    const facts = keyFacts(key);
    const authority = authorityOf(this.#entries, this.#name);
    const unchecked: UncheckedProofs | undefined =
      authority || this.#host.verifyHostKeyDns
        ? { ...(authority && { authority }), ...(this.#host.verifyHostKeyDns && { dns: true }) }
        : undefined;
    const refusal = (reason: 'unconfirmed' | 'notSaved' | 'strict'): HostKeyError =>
      hostKeyUnknown(this.#name, facts, reason, unchecked);
    if (this.#host.userKnownHostsFiles.length === 0) {
      // With UserKnownHostsFile none, a new key can't be saved, so ssh neither accepts one nor asks (RDONLY in ssh).
      throw new TunnelFailure(refusal('notSaved'));
    }
    switch (this.#host.strictHostKeyChecking) {
      case 'yes':
        throw new TunnelFailure(refusal('strict'));
      case 'ask': {
        const question = { kind: 'hostKey', who, host: this.#name, address, key: facts } as const;
        await promptUser({ ...question, ...(unchecked && { unchecked }) }, prompter, refusal('unconfirmed'));
        this.#trusted = true;
        return;
      }
      case 'accept-new':
      case 'no':
        return;
    }
  }

  /**
   * Appends a newly accepted key to known_hosts. Call it after the handshake, when the server has proved the key.
   * @returns a log line. undefined: there is no new key
   */
  async saveNewKey(): Promise<string | undefined> {
    const file = this.#host.userKnownHostsFiles[0];
    const added = this.#newKey;
    this.#newKey = undefined;
    if (!added || file === undefined) {
      return undefined;
    }
    const { key, names } = added;
    this.#saved = appendHostKey(file, names, key, this.#host.hashKnownHosts);
    await this.#saved;
    return `Added the host key of ${names.join(',')} to ${file}: ${describeKey(key)}`;
  }

  get #files(): readonly string[] {
    return [...this.#host.userKnownHostsFiles, ...this.#host.globalKnownHostsFiles];
  }

  /**
   * Updates known_hosts to the keys of a known server, if UpdateHostKeys allows it. `ask` counts as no.
   * @returns a log line about the changes. undefined: nothing was changed
   * @throws the system's error when a file can't be read or written
   */
  async updateKnownHosts(keys: HostKeyList): Promise<string | undefined> {
    const { userKnownHostsFiles: files, updateHostKeys, hashKnownHosts } = this.#host;
    const [file] = files;
    if (updateHostKeys !== 'yes' || file === undefined || !this.#accepted || !this.#trusted) {
      return undefined;
    }
    await this.#saved;
    const entries = await readKnownHosts(files);
    const plan = planRotation(entries, file, this.#name, this.#accepted, keys, (key) =>
      this.#canBeAccepted(key),
    );
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

  /** Whether the algorithms and the required size allow a key. */
  #canBeAccepted(key: Buffer): boolean {
    const { hostKeyAlgorithms, requiredRsaSize } = this.#host;
    const type = keyType(key);
    const isAllowed = hostKeyAlgorithms?.some((algorithm) => keyTypeOfAlgorithm(algorithm) === type) ?? true;
    return isAllowed && type !== 'ssh-dss' && (rsaBits(key) ?? Infinity) >= requiredRsaSize;
  }
}

/** @throws TunnelFailure for a changed or revoked key, whatever StrictHostKeyChecking is */
function notRefused(
  name: string,
  key: Buffer,
  verdict: HostKeyVerdict,
): Extract<HostKeyVerdict, { verdict: 'known' | 'unknown' }> {
  switch (verdict.verdict) {
    case 'revoked':
      throw new TunnelFailure(hostKeyRevoked(name, keyFacts(key), verdict.file, verdict.line));
    case 'changed':
      throw new TunnelFailure(hostKeyChanged(name, keyFacts(key), verdict.known[0]));
    case 'known':
    case 'unknown':
      return verdict;
  }
}

/** 127.0.0.0/8 and ::1, which OpenSSH's sshconnect.c treats as local. */
function isLoopback(address: string | undefined): boolean {
  return address === '::1' || address?.startsWith('127.') === true;
}

function describeKey(key: Buffer): string {
  return `${readable(keyType(key), 64)} ${fingerprint(key)}`;
}

function keyFacts(key: Buffer): KeyFacts {
  return { type: keyType(key), fingerprint: fingerprint(key) };
}
