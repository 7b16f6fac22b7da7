// Public-key authentication (RFC 4252 §7). Each key is offered without a signature first, so that a passphrase or a
// signature of the agent is requested only for a key that the server accepts.
import { describeAttempt } from '../../errors/ssh/loginFacts';
import type { Attempt } from '../../errors/ssh/loginFacts';
import { keyUnreadable, keyUnsupported } from '../../errors/ssh/keys/keyOrAgent';
import type { KeyDefect } from '../../errors/ssh/keys/keyOrAgent';
import { keyProblemWords } from '../../errors/ssh/keys/keyProblem';
import type { KeyProblem } from '../../errors/ssh/keys/keyProblem';
import type { PassphraseQuestion } from '../../model/prompt';
import { english } from '../../util/l10n';
import { askSecret } from './prompter';
import { AgentError } from './agentConnection';
import type { AgentFault } from './agentConnection';
import type { Identity, Signer } from './identities';
import { chooseAlgorithm, isSha1 } from '../keys/algorithmChoice';
import { unusable } from '../keys/keyFile';
import { UnusableKey } from '../keys/privateKey';
import type { PrivateKey } from '../keys/privateKey';
import { fingerprint, isOnSecurityKey, keyType, plainKey, rsaBits } from '../keys/publicKey';
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
  /** Keys that the agent would not use. It isn't asked again: it may show a question, or wait for a touch. */
  readonly #unsigned = new Set<Identity>();
  #current: Identity | undefined;
  #lastBlob: Buffer | undefined;
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

  /** Of the plain key that was last offered. undefined: it isn't known. */
  get lastFingerprint(): string | undefined {
    return this.#lastBlob && fingerprint(plainKey(this.#lastBlob));
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
    const done = this.#current?.blob && plainKey(this.#current.blob);
    const isOther = ({ blob }: Identity): boolean => !done || !blob || !plainKey(blob).equals(done);
    this.#untried = [...this.#untried, ...this.#refused].filter(
      (identity) => identity !== this.#current && isOther(identity) && !this.#unsigned.has(identity),
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
      this.#note(keyUnsupported(identity.signer.kind === 'file' ? identity.signer.path : name, chosen));
      return undefined;
    }
    this.#login.progress.offered(attemptOf(identity));
    this.#lastBlob = blob;
    log.debug(`${who}: offering ${name} ${fingerprint(plainKey(blob))} (${chosen.algorithm})`);
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
    const { exchange, host, log, prompter, who } = this.#login;
    const { signer } = identity;
    const key = signer.kind === 'file' ? await this.#unlock(identity) : undefined;
    if (signer.kind === 'file' && !key) {
      return undefined;
    }
    if (key && signer.kind === 'file' && !plainKey(blob).equals(key.blob)) {
      this.#note({ problem: 'mismatch', file: signer.path });
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
      const mayBind = host.hostBoundSignatures;
      const reply = await exchange.prove({ algorithm, blob, mayBind }, (data, plain) =>
        this.#sign(signer, key, data, plain),
      );
      if (reply.kind === 'failure' && !reply.partial) {
        const onSecurityKey = isOnSecurityKey(keyType(blob));
        this.#note({ problem: 'notAdmitted', key: identity.name, onSecurityKey });
      }
      return reply;
    } catch (error) {
      prompter.signal.throwIfAborted();
      this.#unsigned.add(identity);
      this.#note(signingProblem(identity, blob, error));
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
    const signature = signer.agent.sign(signer.blob, data, algorithm);
    return isOnSecurityKey(algorithm)
      ? reportLongWait(prompter, 'agent', signature, 0)
      : reportLongWait(prompter, 'agent', signature);
  }

  /** Records why a key can't be used. */
  #note(problem: KeyProblem): void {
    const { log, who, noteUnusableKey } = this.#login;
    log.warn(keyProblemWords(problem, who, english).message);
    noteUnusableKey(problem);
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
        return await key.open('', prompter.signal);
      }
      const keyFingerprint = fingerprint(blob ? plainKey(blob) : key.bytes);
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
        const opened = await key.open(passphrase, prompter.signal);
        prompter.secrets.judged(question, opened !== undefined);
        if (opened) {
          return opened;
        }
      }
      log.warn(`${who}: wrong passphrase for ${path}.`);
      this.#login.progress.locked(name);
    } catch (error) {
      if (error instanceof UnusableKey) {
        this.#note({ problem: 'file', error: unusable(path, error) });
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

function signingProblem(identity: Identity, blob: Buffer, error: unknown): KeyProblem {
  const { name, signer } = identity;
  const text = error instanceof Error ? error.message : String(error);
  if (signer.kind === 'file') {
    return { problem: 'file', error: keyUnreadable(signer.path, { reason: 'parseError', error: text }) };
  }
  const facts = { key: name, agent: signer.agent.path };
  const problem = error instanceof AgentError ? problems[error.fault] : 'agentInvalid';
  return problem === 'agentInvalid'
    ? { ...facts, problem, error: text }
    : { ...facts, problem, onSecurityKey: isOnSecurityKey(keyType(blob)) };
}

const problems = {
  refused: 'agentRefused',
  missing: 'agentMissing',
  gone: 'agentGone',
  noAnswer: 'agentGone',
  invalid: 'agentInvalid',
  algorithm: 'agentInvalid',
} as const satisfies Record<AgentFault, string>;
