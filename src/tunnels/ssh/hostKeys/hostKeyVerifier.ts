// Verifies the host key of one hop before anything else is sent to that host. A rekey may present another key (RFC 4253
// §9) only if a certificate proves it.
import { TunnelFailure } from '../../errors/errors';
import { hostKeyChanged, hostKeyRevoked } from '../../errors/ssh/hostKeys/hostKey';
import type { HostKeyError } from '../../errors/ssh/hostKeys/hostKey';
import {
  hostCertificateInvalid,
  hostKeyNotAllowed,
  hostKeyUnknown,
} from '../../errors/ssh/hostKeys/unknownHostKey';
import type { UnknownKey, UnknownKeyContext } from '../../errors/ssh/hostKeys/unknownHostKey';
import type { RejectedCertificate } from '../../errors/ssh/hostKeys/hostCertificate';
import { hostKeyTooShort } from '../../errors/ssh/algorithms';
import type { HostKeyProof, VerifiedHostKey } from '../../model/hostKey';
import { promptUser } from '../auth/prompter';
import type { Prompter } from '../auth/prompter';
import { certificateFacts, describeCertificate, readHostCertificate } from './hostCertificate';
import type { HostCertificate } from './hostCertificate';
import { judgeCertificate } from './judgeCertificate';
import type { CertificateVerdict } from './judgeCertificate';
import type { HostKeyList } from '../transport/ssh2/ssh2Internals';
import { addressLookupName, authorityOf, checkByName, checkHostKey, isLocalAddress } from './knownHosts';
import { keyTypeOfAlgorithm, knownKeys, lookupName } from './knownHosts';
import type { HostKeyVerdict, KnownKeys } from './knownHosts';
import { fingerprint, isCertificate, keyFacts, keyType, plainKey, rsaBits } from '../keys/publicKey';
import type { KnownHostsEntry } from './knownHostsLine';
import { KnownHostsSource } from './knownHostsSource';
import { describeKey, KnownHostsUpdate } from './knownHostsUpdate';
import type { NewKey } from './knownHostsUpdate';
import type { HostConfig } from '../config/hostConfig';
import { readRevokedKeys } from './revokedKeys';
import type { Revocation, RevokedKeys } from './revokedKeys';
import type { Log } from '../../util/log';

/** What a server has sent, and where it came from. */
interface OfferedKey {
  /** A plain key or a certificate. */
  readonly key: Buffer;
  /** The negotiated one. */
  readonly algorithm: string;
  /** The address that was dialled. undefined: connected through a jump host or a ProxyCommand. */
  readonly address: string | undefined;
  readonly who: string;
  readonly prompter: Prompter;
  readonly log: Log;
}

export class HostKeyVerifier {
  readonly #host: HostConfig;
  readonly #known: KnownHostsSource;
  readonly #revocationOf: RevokedKeys;
  readonly #name: string;
  /** As the server sent it: a plain key or a certificate. */
  #accepted: Buffer | undefined;
  #verified: VerifiedHostKey | undefined;
  /** What was known at the first key exchange, with what a KnownHostsCommand has printed. */
  #entries: readonly KnownHostsEntry[] = [];
  #newKey: NewKey | undefined;
  /** The key was known or the user confirmed it. Stronger than `accept-new`, which accepts any first key. */
  #trusted = false;
  readonly #update: KnownHostsUpdate;

  private constructor(host: HostConfig, known: KnownHostsSource, revoked: RevokedKeys) {
    this.#host = host;
    this.#known = known;
    this.#revocationOf = revoked;
    this.#name = lookupName(host);
    this.#update = new KnownHostsUpdate(host, this.#name);
  }

  /**
   * @param env for a KnownHostsCommand
   * @throws TunnelFailure HostKeyUnknown when the revoked keys can't be read
   */
  static async create(
    host: HostConfig,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<HostKeyVerifier> {
    const known = await KnownHostsSource.read(host, env);
    return new HostKeyVerifier(host, known, await readRevokedKeys(host.revokedHostKeysFiles));
  }

  /**
   * What is known of this host. It is requested first, so that the server presents a key that can be checked. Like ssh,
   * calls a KnownHostsCommand for this only if the types matter, and when there is a connection to the server.
   * @param signal ends a KnownHostsCommand
   * @throws TunnelFailure HostKeyUnknown when a KnownHostsCommand fails
   */
  async knownKeys(signal: AbortSignal): Promise<KnownKeys> {
    return this.#host.knownHostKeysFirst
      ? knownKeys(await this.#known.lookUp({ invocation: 'ORDER' }, signal), this.#name)
      : { types: [], hasAuthority: false };
  }

  /** SHA256 fingerprint of the accepted key. Empty until then. */
  get fingerprint(): string {
    return this.#accepted ? fingerprint(plainKey(this.#accepted)) : '';
  }

  /** The accepted key and why it was accepted. undefined: none yet. */
  get verified(): VerifiedHostKey | undefined {
    return this.#verified;
  }

  /**
   * Whether a rekey may go on with what the server has sent: the accepted key, or a certificate that is valid now by what
   * was known before. Answers at once, and changes nothing at the first key exchange.
   */
  isAcceptedInRekey(sent: Buffer, algorithm: string): boolean {
    if (!this.#accepted || this.#accepted.equals(sent)) {
      return this.#accepted !== undefined;
    }
    const certificate = isCertificate(keyType(sent)) ? readHostCertificate(sent) : undefined;
    if (
      !certificate ||
      this.#isTooShort(certificate.key) ||
      this.#revocationOf(certificate.key, certificate)
    ) {
      return false;
    }
    const judged = this.#judge(certificate);
    if (judged.verdict !== 'proved') {
      return false;
    }
    this.#accept(sent, algorithm, certificate.key, certificate, judged.proof);
    return true;
  }

  #isTooShort(key: Buffer): boolean {
    return (rsaBits(key) ?? Infinity) < this.#host.requiredRsaSize;
  }

  #judge(certificate: HostCertificate): CertificateVerdict {
    return judgeCertificate(certificate, this.#entries, this.#known.entries, this.#host, Date.now() / 1000);
  }

  #accept(
    sent: Buffer,
    algorithm: string,
    key: Buffer,
    certificate: HostCertificate | undefined,
    proof: HostKeyProof,
  ): void {
    this.#accepted = Buffer.from(sent);
    this.#verified = {
      key: keyFacts(key),
      algorithm,
      ...(certificate && { certificate: certificateFacts(certificate) }),
      proof,
    };
  }

  /**
   * The plain key of a certificate that the server has sent as its host key.
   * @throws TunnelFailure HostKeyUnknown if it is malformed or its signature is wrong
   */
  readonly plainKeyOf = (certificate: Buffer): Buffer => this.#read(certificate).key;

  #read(blob: Buffer): HostCertificate {
    const certificate = readHostCertificate(blob);
    if (!certificate) {
      throw new TunnelFailure(hostCertificateInvalid(this.#name, keyType(blob)));
    }
    return certificate;
  }

  /**
   * Resolves when the key is accepted.
   * @throws TunnelFailure NoCommonAlgorithm for a short RSA key, HostKeyChanged, HostKeyRevoked or HostKeyUnknown
   * @throws NeedsAnswer when it is unknown and prompts are not allowed
   */
  async verify(offer: OfferedKey): Promise<void> {
    const { key: sent, algorithm, log } = offer;
    const certificate = isCertificate(keyType(sent)) ? this.#read(sent) : undefined;
    const key = certificate?.key ?? sent;
    log.debug(certificate ? describeCertificate(certificate) : `Server host key: ${describeKey(key)}`);
    if (this.#isTooShort(key)) {
      throw new TunnelFailure(hostKeyTooShort(this.#name, rsaBits(key) ?? 0, this.#host.requiredRsaSize));
    }
    if (this.#accepted && !this.#accepted.equals(sent)) {
      throw new TunnelFailure(hostKeyChanged(this.#name, keyFacts(key), undefined));
    }
    const revocation = this.#revocationOf(key, certificate);
    if (revocation) {
      throw new TunnelFailure(this.#revoked(key, certificate, revocation));
    }
    this.#accept(sent, algorithm, key, certificate, await this.#prove(key, certificate, offer));
  }

  /** check_host_key() of OpenSSH's sshconnect.c. */
  async #prove(
    key: Buffer,
    certificate: HostCertificate | undefined,
    { key: sent, address, who, prompter, log }: OfferedKey,
  ): Promise<HostKeyProof> {
    if (
      this.#host.noHostAuthenticationForLocalhost &&
      this.#host.hostKeyAlias === undefined &&
      isLocalAddress(address)
    ) {
      log.debug('The host key of this machine itself is not checked (NoHostAuthenticationForLocalhost)');
      return { by: 'loopback' };
    }
    const { signal } = prompter;
    const files = this.#known.entries;
    const entries = await this.#known.lookUp({ invocation: 'HOSTNAME', key: sent }, signal);
    this.#entries = entries;
    // The address isn't looked up for a certificate, not even if only its plain key counts in the end.
    const addressName = certificate ? undefined : addressLookupName(this.#host, address);
    const foundAddress =
      addressName === undefined ? undefined : await this.#checkAddress(addressName, key, signal);
    this.#known.warn(log);
    const judged = certificate && this.#judge(certificate);
    if (judged?.verdict === 'revoked') {
      throw new TunnelFailure(this.#revoked(key, certificate, judged));
    }
    if (judged?.verdict === 'proved') {
      const { file, line } = judged.proof;
      log.debug(`Authority of ${this.#name} found in ${file}:${line}`);
      return judged.proof;
    }
    const rejected = judged?.rejected;
    if (rejected) {
      log.debug(`The host certificate doesn't count, only its key: ${rejected.problem.kind}`);
      if (!this.#isAllowed(key)) {
        throw new TunnelFailure(hostKeyNotAllowed(this.#name, keyFacts(key), rejected));
      }
    }
    const found = checkHostKey(entries, this.#name, key, files);
    const verdict = notRefused(this.#name, key, found, rejected);
    const isNewAddress =
      addressName !== undefined &&
      addressName !== this.#name &&
      foundAddress !== undefined &&
      // ssh would ask about a changed key, or only warn.
      notRefused(addressName, key, foundAddress).verdict === 'unknown';
    if (verdict.verdict === 'known') {
      this.#trusted = true;
      const { file, line, name } = verdict;
      log.debug(`Host key of ${this.#name} found in ${file}:${line}`);
      if (isNewAddress && checkByName(files, this.#name, key).verdict === 'known') {
        this.#newKey = { key, names: [addressName] };
      }
      return { by: 'knownHosts', file, line, name };
    }
    // What can't be read may be the key of this host.
    this.#known.requireReadable();
    log.debug(`No host key of ${this.#name} in: ${this.#known.files}`);
    const proof = await this.#acceptUnknown(key, rejected, address ?? this.#host.hostName, who, prompter);
    this.#newKey = { key, names: [this.#name, ...(isNewAddress ? [addressName] : [])] };
    return proof;
  }

  #revoked(
    key: Buffer,
    certificate: HostCertificate | undefined,
    { what, file, line }: Revocation,
  ): HostKeyError {
    const facts = keyFacts(key);
    return what === 'key' || !certificate
      ? hostKeyRevoked(this.#name, facts, file, line)
      : hostKeyRevoked(this.#name, facts, file, line, { what, facts: certificateFacts(certificate) });
  }

  async #checkAddress(name: string, key: Buffer, signal: AbortSignal): Promise<HostKeyVerdict> {
    return checkByName(await this.#known.lookUp({ invocation: 'ADDRESS', name, key }, signal), name, key);
  }

  /** Decides about an unknown key by StrictHostKeyChecking of ssh_config(5). */
  async #acceptUnknown(
    key: Buffer,
    rejected: RejectedCertificate | undefined,
    address: string,
    who: string,
    prompter: Prompter,
  ): Promise<HostKeyProof> {
    const facts = keyFacts(key);
    // Without such an algorithm, the server couldn't send one.
    const wantsCertificate = this.#host.hostKeyAlgorithms?.some(isCertificate) ?? true;
    const authority =
      rejected || !wantsCertificate ? undefined : authorityOf(this.#known.entries, this.#name);
    const context: UnknownKeyContext = {
      ...(rejected && { rejected }),
      ...(authority && { authority: { file: authority.file, line: authority.line } }),
      ...(this.#host.verifyHostKeyDns && { dns: true }),
    };
    const refusal = (reason: 'unconfirmed' | 'notSaved' | 'strict'): UnknownKey =>
      hostKeyUnknown(this.#name, facts, reason, context);
    if (this.#host.userKnownHostsFiles.length === 0) {
      // With UserKnownHostsFile none, a new key can't be saved, so ssh neither accepts one nor asks (RDONLY in ssh).
      throw new TunnelFailure(refusal('notSaved'));
    }
    switch (this.#host.strictHostKeyChecking) {
      case 'yes':
        throw new TunnelFailure(refusal('strict'));
      case 'ask': {
        const question = { kind: 'hostKey', who, host: this.#name, address, key: facts, ...context } as const;
        await promptUser(question, prompter, refusal('unconfirmed'));
        this.#trusted = true;
        return { by: 'user' };
      }
      case 'accept-new':
      case 'no':
        return { by: 'firstUse' };
    }
  }

  /**
   * Appends a newly accepted key to known_hosts. Call it after the handshake, when the server has proved the key.
   * @returns a log line. undefined: there is no new key
   */
  async saveNewKey(): Promise<string | undefined> {
    const added = this.#newKey;
    this.#newKey = undefined;
    return added && this.#update.save(added);
  }

  /**
   * Updates known_hosts to the keys of a known server, if UpdateHostKeys allows it. `ask` counts as no. Not for a server
   * that was recognised by its certificate, as in check_host_key() of OpenSSH's sshconnect.c.
   * @returns a log line about the changes. undefined: nothing was changed
   * @throws the system's error when a file can't be read or written
   */
  async updateKnownHosts(keys: HostKeyList): Promise<string | undefined> {
    return this.#host.updateHostKeys === 'yes' && this.#accepted && this.#trusted
      ? this.#update.rotate(keys, plainKey(this.#accepted), (key) => this.#canBeAccepted(key))
      : undefined;
  }

  /** Whether the algorithms and the required size allow a key. */
  #canBeAccepted(key: Buffer): boolean {
    return this.#isAllowed(key) && keyType(key) !== 'ssh-dss' && !this.#isTooShort(key);
  }

  /** Whether HostKeyAlgorithms has an algorithm of a plain key: hostkey_accepted_by_hostkeyalgs() of OpenSSH 10.0. */
  #isAllowed(key: Buffer): boolean {
    const plain = this.#host.hostKeyAlgorithms?.filter((algorithm) => !isCertificate(algorithm));
    return plain?.some((algorithm) => keyTypeOfAlgorithm(algorithm) === keyType(key)) ?? true;
  }
}

/** @throws TunnelFailure for a changed or revoked key, whatever StrictHostKeyChecking is */
function notRefused(
  name: string,
  key: Buffer,
  verdict: HostKeyVerdict,
  rejected?: RejectedCertificate,
): Extract<HostKeyVerdict, { verdict: 'known' | 'unknown' }> {
  switch (verdict.verdict) {
    case 'revoked':
      throw new TunnelFailure(hostKeyRevoked(name, keyFacts(key), verdict.file, verdict.line));
    case 'changed':
      throw new TunnelFailure(hostKeyChanged(name, keyFacts(key), verdict.known[0], rejected));
    case 'known':
    case 'unknown':
      return verdict;
  }
}
