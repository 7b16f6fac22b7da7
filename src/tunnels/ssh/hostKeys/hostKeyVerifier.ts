// Judges the host key of one hop, before anything is offered to that host; once judged, the same key must come
// again at every rekey (RFC 4253 §9).
import { TunnelFailure } from '../../errors/errors';
import { hostKeyChanged, hostKeyRefused, hostKeyRevoked, hostKeyUnknown } from '../../errors/hostKey';
import type { KeyFacts } from '../../errors/hostKey';
import { askPerson } from '../auth/prompter';
import type { Prompter } from '../auth/prompter';
import { planRotation } from './hostKeyRotation';
import {
  fingerprint,
  judgeHostKey,
  keyType,
  keyTypeOfAlgorithm,
  knownKeyTypes,
  lookupName,
} from './knownHosts';
import type { KnownHostsEntry } from './knownHosts';
import { appendHostKey, readKnownHosts, replaceHostKeys } from './knownHostsFiles';
import { runKnownHostsCommand } from './knownHostsCommand';
import type { ResolvedHost } from '../config/resolvedHost';
import { readRevokedKeys } from './revokedKeys';
import type { RevokedKeys } from './revokedKeys';

type Command = (key: Buffer | undefined) => Promise<readonly KnownHostsEntry[]>;

interface GuardParts {
  readonly host: ResolvedHost;
  readonly entries: readonly KnownHostsEntry[];
  readonly revoked: RevokedKeys;
  readonly command: Command;
}

export class HostKeyGuard {
  readonly #host: ResolvedHost;
  readonly #entries: readonly KnownHostsEntry[];
  readonly #revocationOf: RevokedKeys;
  /** What KnownHostsCommand says of a key, or of all keys of the host. */
  readonly #command: Command;
  readonly #name: string;
  #accepted: Buffer | undefined;
  #toRemember: Buffer | undefined;
  /** It was known, or a person has said yes: more than `accept-new`, which takes the first that comes. */
  #trusted = false;
  #remembered: Promise<void> = Promise.resolve();

  private constructor({ host, entries, revoked, command }: GuardParts) {
    this.#host = host;
    this.#entries = entries;
    this.#revocationOf = revoked;
    this.#command = command;
    this.#name = lookupName(host);
  }

  /**
   * @param env for a KnownHostsCommand
   * @throws TunnelFailure HostKeyUnknown where it can't be known what is known
   */
  static async create(
    host: ResolvedHost,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<HostKeyGuard> {
    const entries = await readKnownHosts([...host.userKnownHostsFiles, ...host.globalKnownHostsFiles]);
    const revoked = await readRevokedKeys(host.revokedHostKeysFiles);
    const { knownHostsCommand } = host;
    const command: Command = (key) =>
      knownHostsCommand === undefined
        ? Promise.resolve([])
        : runKnownHostsCommand(knownHostsCommand, host, env, key);
    return new HostKeyGuard({ host, entries, revoked, command });
  }

  /** Key types that are known for this host: they are asked for first, so that a known key can be shown. */
  async knownTypes(): Promise<readonly string[]> {
    return knownKeyTypes([...this.#entries, ...(await this.#command(undefined))], this.#name);
  }

  /** SHA256 fingerprint of the key that was accepted; empty before. */
  get fingerprint(): string {
    return this.#accepted ? fingerprint(this.#accepted) : '';
  }

  /** Whether this key has been judged before and may be used. */
  hasAccepted(key: Buffer): boolean {
    return this.#accepted?.equals(key) === true;
  }

  /**
   * Resolves when the key may be used.
   * @param address that was dialled; undefined: through a jump host or a ProxyCommand
   * @throws TunnelFailure HostKeyChanged, HostKeyRevoked or HostKeyUnknown
   * @throws NeedsAnswer when it is unknown and nobody may be asked
   */
  async judge(key: Buffer, address: string | undefined, who: string, prompter: Prompter): Promise<void> {
    if (this.#accepted && !this.hasAccepted(key)) {
      throw new TunnelFailure(hostKeyChanged(this.#name, factsOf(key), undefined));
    }
    const revocation = this.#revocationOf(key);
    if (revocation) {
      throw new TunnelFailure(hostKeyRevoked(this.#name, factsOf(key), revocation.file, revocation.line));
    }
    if (
      this.#host.noHostAuthenticationForLocalhost &&
      this.#host.hostKeyAlias === undefined &&
      isLoopback(address)
    ) {
      this.#accepted = Buffer.from(key);
      return;
    }
    const entries = [...this.#entries, ...(await this.#command(key))];
    const verdict = judgeHostKey(entries, this.#name, key);
    switch (verdict.verdict) {
      case 'known':
        this.#trusted = true;
        break;
      case 'revoked':
        throw new TunnelFailure(hostKeyRevoked(this.#name, factsOf(key), verdict.file, verdict.line));
      case 'changed':
        throw new TunnelFailure(hostKeyChanged(this.#name, factsOf(key), verdict.known[0]));
      case 'unknown':
        await this.#meet(key, address ?? this.#host.hostName, who, prompter);
        this.#toRemember = key;
        break;
    }
    this.#accepted = Buffer.from(key);
  }

  /** An unknown key, by StrictHostKeyChecking of ssh_config(5). */
  async #meet(key: Buffer, address: string, who: string, prompter: Prompter): Promise<void> {
    const facts = factsOf(key);
    const unknown = hostKeyUnknown(this.#name, facts);
    if (this.#host.userKnownHostsFiles.length === 0) {
      // With UserKnownHostsFile none nothing new can be kept, so ssh accepts nothing new, nor asks (RDONLY there).
      throw new TunnelFailure(
        hostKeyRefused(
          this.#name,
          facts,
          'there is no file to keep it in (UserKnownHostsFile none)',
          'Name a file in UserKnownHostsFile of your ssh_config to be asked about the key.',
        ),
      );
    }
    switch (this.#host.strictHostKeyChecking) {
      case 'yes':
        throw new TunnelFailure(
          hostKeyRefused(
            this.#name,
            facts,
            'StrictHostKeyChecking is "yes", so that nobody is asked',
            'Add the key to your known_hosts once you have compared its fingerprint, or set StrictHostKeyChecking to "ask".',
          ),
        );
      case 'ask':
        await askPerson({ kind: 'hostKey', who, host: this.#name, address, key: facts }, prompter, unknown);
        this.#trusted = true;
        return;
      case 'accept-new':
      case 'no':
        return;
    }
  }

  /** Appends a newly accepted key to known_hosts: to be called after the handshake, when the server has proved it. */
  remember(): Promise<void> {
    const file = this.#host.userKnownHostsFiles[0];
    const key = this.#toRemember;
    this.#toRemember = undefined;
    if (key && file !== undefined) {
      this.#remembered = appendHostKey(file, this.#name, key, this.#host.hashKnownHosts);
    }
    return this.#remembered;
  }

  /**
   * Makes known_hosts follow the keys of a server that it knows, as UpdateHostKeys says; `ask` counts as no.
   * @param keys all that the server has proved to hold
   * @returns what was done, for the log; undefined where nothing was
   * @throws the system's error when a file can't be read or written
   */
  async follow(keys: readonly Buffer[]): Promise<string | undefined> {
    const { userKnownHostsFiles: files, updateHostKeys, hashKnownHosts, hostKeyAlgorithms } = this.#host;
    const [file] = files;
    if (updateHostKeys !== 'yes' || file === undefined || !this.#accepted || !this.#trusted) {
      return undefined;
    }
    await this.#remembered;
    const allowed = hostKeyAlgorithms?.map(keyTypeOfAlgorithm);
    const plan = planRotation(
      await readKnownHosts(files),
      this.#name,
      this.#accepted,
      keys,
      (type) => allowed?.includes(type) ?? type !== 'ssh-dss',
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
    const list = (all: readonly Buffer[]): string =>
      all.map((key) => `${keyType(key)} ${fingerprint(key)}`).join(', ');
    return (
      `${this.#name} has changed its host keys; known_hosts follows: ` +
      `added ${list(plan.added) || 'none'}, removed ${list(plan.removed.map(({ key }) => key)) || 'none'}`
    );
  }
}

/** 127.0.0.0/8 and ::1: what OpenSSH's sshconnect.c calls local. */
function isLoopback(address: string | undefined): boolean {
  return address === '::1' || address?.startsWith('127.') === true;
}

function factsOf(key: Buffer): KeyFacts {
  return { type: keyType(key), fingerprint: fingerprint(key) };
}
