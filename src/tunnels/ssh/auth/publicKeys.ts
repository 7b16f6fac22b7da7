// Public keys (RFC 4252 §7): each is offered without a signature first, so that a passphrase is asked for, and an
// agent bothered, only for a key that the server takes.
import type { PassphraseQuestion } from '../../model/prompt';
import { askSecret } from './prompter';
import type { Identity, Signer } from './identities';
import { algorithmsFor } from '../keys/algorithmChoice';
import { unusable } from '../keys/keyFile';
import { UnusableKey } from '../keys/privateKey';
import type { PrivateKey } from '../keys/privateKey';
import { readCertificate } from '../keys/publicKey';
import { fingerprint, keyType } from '../hostKeys/knownHosts';
import type { Reply } from './userauthExchange';
import { askIfAllowed, patiently } from './method';
import type { Login, Method } from './method';

/** So that a password still has its turn under the usual MaxAuthTries of 6 (sshd_config(5)). */
const maxBeforeOthers = 5;

export class PublicKeys implements Method {
  readonly name = 'publickey';
  readonly #login: Login;
  readonly #othersWait: () => boolean;
  #untried: Identity[];
  #refused: Identity[] = [];
  #current: Identity | undefined;
  #left = maxBeforeOthers;

  /** @param othersWait whether another method could have its turn */
  constructor(login: Login, identities: readonly Identity[], othersWait: () => boolean) {
    this.#login = login;
    this.#untried = [...identities];
    this.#othersWait = othersWait;
  }

  /** Whether it only lets others have their turn. */
  get hasMore(): boolean {
    return this.#untried.length > 0;
  }

  /** The name of the key that was offered last. */
  get current(): string {
    return this.#current?.name ?? this.name;
  }

  async attempt(): Promise<Reply | undefined> {
    while (this.hasMore && (this.#left > 0 || !this.#othersWait())) {
      const identity = this.#untried.shift();
      if (identity) {
        this.#current = identity;
        this.#refused.push(identity);
        const reply = await this.#try(identity);
        if (reply) {
          return reply;
        }
      }
    }
    return undefined;
  }

  /** The current key was right, but the server wants more: another key, perhaps. */
  startOver(): void {
    const done = this.#current && plainBlob(this.#current.blob);
    const isOther = ({ blob }: Identity): boolean => !done || plainBlob(blob)?.equals(done) !== true;
    this.#untried = [...this.#untried, ...this.#refused].filter(
      (identity) => identity !== this.#current && isOther(identity),
    );
    this.#refused = [];
  }

  /** @returns undefined when there is nothing to wait for: on to the next key */
  async #try(identity: Identity): Promise<Reply | undefined> {
    const { conversation, host, log, who } = this.#login;
    const blob = identity.blob ?? (await this.#unlock(identity))?.blob;
    if (!blob) {
      return undefined;
    }
    const type = keyType(blob);
    const algorithms = algorithmsFor(type, host.pubkeyAcceptedAlgorithms, conversation.serverAlgorithms);
    if (algorithms.length === 0) {
      log(`${who}: ${identity.name} (${type}) is left out: no algorithm that both sides accept.`);
    } else {
      this.#login.offering(identity.name);
    }
    let reply: Reply | undefined;
    for (const algorithm of algorithms) {
      log(`${who}: offering ${identity.name} ${fingerprint(plainBlob(blob) ?? blob)} (${algorithm})`);
      this.#left--;
      reply = await conversation.offer(algorithm, blob);
      if (reply.kind === 'keyAccepted') {
        return this.#prove(identity, algorithm, blob);
      }
    }
    return reply;
  }

  async #prove(identity: Identity, algorithm: string, blob: Buffer): Promise<Reply | undefined> {
    const { conversation, log, who } = this.#login;
    const { signer } = identity;
    const key = signer.kind === 'file' ? await this.#unlock(identity) : undefined;
    if (signer.kind === 'file' && !key) {
      return undefined;
    }
    if (key && plainBlob(blob)?.equals(key.blob) !== true) {
      log(`${who}: the private key of ${identity.name} is not the one of its public half.`);
      return undefined;
    }
    try {
      return await conversation.prove(algorithm, blob, (data, plain) => this.#sign(signer, key, data, plain));
    } catch (error) {
      log(`${who}: ${identity.name} did not sign: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  async #sign(signer: Signer, key: PrivateKey | undefined, data: Buffer, algorithm: string): Promise<Buffer> {
    if (key) {
      return key.sign(data, algorithm);
    }
    if (signer.kind === 'file') {
      throw new Error('the key is locked');
    }
    return patiently(this.#login, signer.agent.sign(signer.blob, data, algorithm));
  }

  /** @returns undefined when it stays locked, or can't be used */
  async #unlock({ name, signer, blob }: Identity): Promise<PrivateKey | undefined> {
    if (signer.kind === 'agent') {
      return undefined;
    }
    const { key, path } = signer;
    const { asking, host, log, who } = this.#login;
    try {
      if (!key.isLocked) {
        return key.open();
      }
      const keyFingerprint = fingerprint(plainBlob(blob) ?? key.bytes);
      for (let attempt = 1; attempt <= host.numberOfPasswordPrompts; attempt++) {
        const question: PassphraseQuestion = {
          kind: 'passphrase',
          who,
          keyFile: path,
          keyFingerprint,
          attempt,
        };
        const passphrase = await askIfAllowed(this.#login, () => askSecret(question, asking));
        if (passphrase === undefined || passphrase === '') {
          // Nothing typed: on to the next key, as load_identity_file() in OpenSSH's sshconnect2.c.
          return undefined;
        }
        const opened = key.open(passphrase);
        asking.secrets.judged(question, opened !== undefined);
        if (opened) {
          return opened;
        }
      }
      log(`${who}: the passphrases for ${path} were wrong.`);
      this.#login.stayedLocked(name);
    } catch (error) {
      if (error instanceof UnusableKey) {
        log(unusable(path, error).message);
        return undefined;
      }
      throw error;
    }
    return undefined;
  }
}

/** The key itself where it is a certificate. */
function plainBlob(blob: Buffer | undefined): Buffer | undefined {
  return blob && (readCertificate(blob)?.key ?? blob);
}
