// Public-key authentication (RFC 4252 §7). Each key is offered without a signature first, so that a passphrase or a
// signature of the agent is requested only for a key that the server accepts.
import { describeAttempt } from '../../errors/ssh/auth';
import type { Attempt } from '../../errors/ssh/auth';
import { keyUnsupported } from '../../errors/ssh/keyOrAgent';
import type { KeyDefect } from '../../errors/ssh/keyOrAgent';
import { TunnelFailure } from '../../errors/errors';
import type { PassphraseQuestion } from '../../model/prompt';
import { english } from '../../util/l10n';
import { askSecret } from './prompter';
import type { Identity, Signer } from './identities';
import { chooseAlgorithm, isSha1 } from '../keys/algorithmChoice';
import { unusable } from '../keys/keyFile';
import { UnusableKey } from '../keys/privateKey';
import type { PrivateKey } from '../keys/privateKey';
import { readCertificate } from '../keys/publicKey';
import { fingerprint, keyType, rsaBits } from '../keys/publicKey';
import type { Reply } from './userauthExchange';
import { askIfAllowed, reportLongWait } from './method';
import type { Login, Method } from './method';

/** Leaves room for a password under the usual MaxAuthTries of 6 (sshd_config(5)). */
const maxOffersBeforeOthers = 5;

export class PublicKeys implements Method {
  readonly name = 'publickey';
  readonly #login: Login;
  readonly #hasOtherMethods: () => boolean;
  #untried: Identity[];
  #refused: Identity[] = [];
  #current: Identity | undefined;
  #offersLeft = maxOffersBeforeOthers;

  /** @param hasOtherMethods whether another method could be tried */
  constructor(login: Login, identities: readonly Identity[], hasOtherMethods: () => boolean) {
    this.#login = login;
    this.#untried = [...identities];
    this.#hasOtherMethods = hasOtherMethods;
  }

  /** Whether keys are left to try after the other methods. */
  get hasMore(): boolean {
    return this.#untried.length > 0;
  }

  get lastAttempt(): Attempt {
    return this.#current ? attemptOf(this.#current) : { key: this.name };
  }

  async attempt(): Promise<Reply | undefined> {
    while (this.hasMore && (this.#offersLeft > 0 || !this.#hasOtherMethods())) {
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

  /** The server accepted the current key but requires more, perhaps another key. */
  startOver(): void {
    const done = this.#current && plainBlob(this.#current.blob);
    const isOther = ({ blob }: Identity): boolean => !done || plainBlob(blob)?.equals(done) !== true;
    this.#untried = [...this.#untried, ...this.#refused].filter(
      (identity) => identity !== this.#current && isOther(identity),
    );
    this.#refused = [];
  }

  /** @returns undefined when no request was made and the next key is to be tried */
  async #try(identity: Identity): Promise<Reply | undefined> {
    const { exchange, log, who } = this.#login;
    const blob = identity.blob ?? (await this.#unlock(identity))?.blob;
    if (!blob) {
      return undefined;
    }
    const name = nameOf(identity);
    const chosen = this.#chooseAlgorithm(blob);
    if ('defect' in chosen) {
      const problem = keyUnsupported(identity.signer.kind === 'file' ? identity.signer.path : name, chosen);
      log.warn(new TunnelFailure(problem).message);
      this.#login.noteUnusableKey(problem);
      return undefined;
    }
    this.#login.progress.offered(attemptOf(identity));
    log.debug(`${who}: offering ${name} ${fingerprint(plainBlob(blob) ?? blob)} (${chosen.algorithm})`);
    this.#offersLeft--;
    const reply = await exchange.offer(chosen.algorithm, blob);
    log.debug(`${who}: the server ${reply.kind === 'keyAccepted' ? 'accepts' : 'refuses'} ${name}`);
    return reply.kind === 'keyAccepted' ? this.#prove(identity, chosen.algorithm, blob) : reply;
  }

  #chooseAlgorithm(blob: Buffer): { readonly algorithm: string } | KeyDefect {
    const { exchange, host, who } = this.#login;
    const bits = rsaBits(blob);
    if (bits !== undefined && bits < host.requiredRsaSize) {
      return { defect: 'rsaTooShort', bits, minimum: host.requiredRsaSize };
    }
    const type = keyType(blob);
    const choice = chooseAlgorithm(type, host.pubkeyAcceptedAlgorithms, exchange.server);
    if ('algorithm' in choice) {
      return choice;
    }
    return choice.none === 'type'
      ? { defect: 'keyType', type: 'DSA' }
      : { defect: 'noAlgorithm', type, who, ...choice };
  }

  async #prove(identity: Identity, algorithm: string, blob: Buffer): Promise<Reply | undefined> {
    const { exchange, log, who } = this.#login;
    const { signer } = identity;
    const key = signer.kind === 'file' ? await this.#unlock(identity) : undefined;
    if (signer.kind === 'file' && !key) {
      return undefined;
    }
    if (key && plainBlob(blob)?.equals(key.blob) !== true) {
      log.warn(`${who}: the private key of ${nameOf(identity)} doesn't match its public key.`);
      return undefined;
    }
    if (isSha1(algorithm)) {
      log.warn(
        `${who}: ${nameOf(identity)} signs with SHA-1 (ssh-rsa), which is weak; PubkeyAcceptedAlgorithms in your SSH config allows it.`,
      );
    }
    if (isOnSecurityKey(algorithm)) {
      // It waits for a touch.
      this.#login.progress.mayHaveAskedPerson = true;
    }
    try {
      return await exchange.prove(algorithm, blob, (data, plain) => this.#sign(signer, key, data, plain));
    } catch (error) {
      log.warn(
        `${who}: signing with ${nameOf(identity)} failed: ${error instanceof Error ? error.message : String(error)}`,
      );
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
    const { prompter } = this.#login;
    return reportLongWait(prompter, 'agent', signer.agent.sign(signer.blob, data, algorithm));
  }

  /** @returns undefined when it could not be unlocked or can't be used */
  async #unlock({ name, signer, blob }: Identity): Promise<PrivateKey | undefined> {
    if (signer.kind === 'agent') {
      return undefined;
    }
    const { key, path } = signer;
    const { prompter, host, log, who } = this.#login;
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
          ...(attempt > 1 && { again: { attempt, of: host.numberOfPasswordPrompts } }),
        };
        const passphrase = await askIfAllowed(this.#login, () => askSecret(question, prompter));
        if (passphrase === undefined || passphrase === '') {
          // Nothing typed: continue with the next key, like load_identity_file() in OpenSSH's sshconnect2.c.
          return undefined;
        }
        const opened = key.open(passphrase);
        prompter.secrets.judged(question, opened !== undefined);
        if (opened) {
          return opened;
        }
      }
      log.warn(`${who}: wrong passphrase for ${path}.`);
      this.#login.progress.locked(name);
    } catch (error) {
      if (error instanceof UnusableKey) {
        log.warn(new TunnelFailure(unusable(path, error)).message);
        return undefined;
      }
      throw error;
    }
    return undefined;
  }
}

/** For the log: `id_ed25519 (agent)`. */
function nameOf(identity: Identity): string {
  return describeAttempt(attemptOf(identity), english);
}

function attemptOf({ name, signer }: Identity): Attempt {
  return signer.kind === 'agent' ? { key: name, inAgent: true } : { key: name };
}

/** `sk-ssh-ed25519@openssh.com` and the like: OpenSSH's PROTOCOL.u2f. */
function isOnSecurityKey(algorithm: string): boolean {
  return /^(webauthn-)?sk-/.test(algorithm);
}

/** The public key, without the certificate around it. */
function plainBlob(blob: Buffer | undefined): Buffer | undefined {
  return blob && (readCertificate(blob)?.key ?? blob);
}
