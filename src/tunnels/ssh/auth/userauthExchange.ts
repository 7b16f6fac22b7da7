// Sends the requests of a login and reads the replies (RFC 4252, RFC 4256). Replaces ssh2's own handling, which lacks
// certificates and security keys, loses partial successes, and asks for passphrases too early.
import type { Client } from 'ssh2';
import { announceExtensions } from '../transport/keyExchange/keyExchange';
import { loginInternals, softwareOf } from '../transport/ssh2/ssh2Internals';
import type { LoginHandlers, LoginInternals } from '../transport/ssh2/ssh2Internals';
import type { ServerFacts } from '../keys/algorithmChoice';
import { wireString } from '../keys/wire';
import { readableLines } from '../peer/serverMessages';
import { saysTooManyFailures } from '../session/failures/loginWords';
import { readable } from '../../util/untrustedText';
import { withoutCertificate } from '../keys/publicKey';
import type { ServerProof, SessionBinding } from './sessionBinding';

export interface Prompt {
  readonly prompt: string;
  /** Whether to show the answer while it is typed. */
  readonly echo: boolean;
  /** Its last line asks; sshd puts what a module of PAM has to say into the lines before. */
  readonly lines: { readonly said: string; readonly asks: string };
}

export interface Prompts {
  readonly kind: 'prompts';
  readonly name: string;
  readonly instruction: string;
  readonly prompts: readonly Prompt[];
}

export interface Failure {
  readonly kind: 'failure';
  /** The methods that can continue. */
  readonly methods: readonly string[];
  /** The request succeeded, but the server requires another one. */
  readonly partial: boolean;
}

export type Reply =
  | { readonly kind: 'success' }
  | Failure
  | { readonly kind: 'keyAccepted' }
  | { readonly kind: 'newPassword'; readonly prompt: string }
  | Prompts;

export interface UserauthEvents {
  /** Waits for the answer to a request. */
  readonly awaitReply: (reply: Promise<Reply>) => Promise<Reply>;
  /** Removes from a text of the server what it was sent. */
  readonly withoutSecrets: (text: string) => string;
  /**
   * Called when the server disconnects. @returns an error to report as the cause instead
   * @param tooMany whether it says that too many requests have failed
   */
  readonly onDisconnect: (tooMany: boolean) => Error | undefined;
}

const requestMessage = 50;
const hostBoundMethod = 'publickey-hostbound-v00@openssh.com';
/** Six methods are in common use, with names of about 20 characters. */
const maxMethods = 6;

/** By RFC 4251 §6, but at most 30 characters long. No method with another name is known. */
function isMethodName(method: string): boolean {
  return /^[!-~]{1,30}$/.test(method);
}

export class UserauthExchange {
  #serverAlgorithms: readonly string[] | undefined;
  readonly #client: Client;
  readonly #login: LoginInternals;
  readonly #proof: ServerProof;
  readonly #user: string;
  readonly #events: UserauthEvents;
  #settle: ((reply: Reply) => void) | undefined;

  private constructor(
    client: Client,
    login: LoginInternals,
    proof: ServerProof,
    user: string,
    events: UserauthEvents,
  ) {
    this.#client = client;
    this.#login = login;
    this.#proof = proof;
    this.#user = user;
    this.#events = events;
  }

  /** Takes over the login from a client that has begun to connect. Resolves when the server is ready for it. */
  static begin(
    client: Client,
    proof: ServerProof,
    user: string,
    events: UserauthEvents,
  ): Promise<UserauthExchange> {
    const login = loginInternals(client);
    if (!login) {
      return Promise.reject(new Error('the client does not connect'));
    }
    announceExtensions(client);
    const exchange = new UserauthExchange(client, login, proof, user, events);
    return new Promise((resolve) => {
      const { EXT_INFO: extInfo, USERAUTH_SUCCESS: success, DISCONNECT: disconnect } = login.handlers;
      Object.assign(login.handlers, {
        ...exchange.#replies(),
        SERVICE_ACCEPT: () => resolve(exchange),
        EXT_INFO: (protocol, extensions) => {
          // Once it knows the user, the server may send another list: kex_input_ext_info() in OpenSSH's kex.c.
          const algorithms = extensions.find(({ name }) => name === 'server-sig-algs')?.algs;
          exchange.#serverAlgorithms = algorithms ?? exchange.#serverAlgorithms;
          extInfo?.(protocol, extensions);
        },
        USERAUTH_SUCCESS: (protocol) => {
          exchange.#receive({ kind: 'success' });
          success?.(protocol);
        },
        DISCONNECT: (...args) => {
          const tooMany = saysTooManyFailures(args[2]);
          if (tooMany) {
            // At the last wrong answer, a server disconnects instead of sending a failure.
            exchange.#receive({ kind: 'failure', methods: [], partial: false });
          }
          const cause = events.onDisconnect(tooMany);
          if (cause) {
            client.emit('error', cause);
          }
          disconnect?.(...args);
        },
      } satisfies Partial<LoginHandlers>);
    });
  }

  /** What the server has said about itself. */
  get server(): ServerFacts {
    return { algorithms: this.#serverAlgorithms, software: softwareOf(this.#client) };
  }

  /** What binds an agent to this session. */
  get binding(): SessionBinding | undefined {
    return this.#proof.bindingTo(this.#login.sessionId);
  }

  none(): Promise<Reply> {
    return this.#send(() => this.#login.requests.authNone(this.#user));
  }

  password(password: string): Promise<Reply> {
    return this.#send(() => this.#login.requests.authPassword(this.#user, password));
  }

  keyboardInteractive(): Promise<Reply> {
    return this.#send(() => this.#login.requests.authKeyboard(this.#user));
  }

  /** Answers the prompts of the current request. */
  answer(answers: readonly string[]): Promise<Reply> {
    return this.#awaitReply(() => this.#login.requests.authInfoRes(answers));
  }

  /** Asks whether the server would accept a key, without a signature. */
  offer(algorithm: string, blob: Buffer): Promise<Reply> {
    return this.#send(() => this.#login.sendPublicKey(this.#request('publickey', algorithm, blob)));
  }

  /**
   * Includes the server's host key in what is signed, if it supports that (OpenSSH PROTOCOL §3.1) and `mayBind`.
   * @param sign gets the data to sign and the signature's plain algorithm, without a certificate
   */
  async prove(
    { algorithm, blob, mayBind }: { algorithm: string; blob: Buffer; mayBind: boolean },
    sign: (data: Buffer, algorithm: string) => Promise<Buffer>,
  ): Promise<Reply> {
    const hostKey = mayBind && this.#proof.isHostBound ? this.binding?.hostKey : undefined;
    const request = hostKey
      ? Buffer.concat([this.#request(hostBoundMethod, algorithm, blob, true), wireString(hostKey)])
      : this.#request('publickey', algorithm, blob, true);
    const data = Buffer.concat([wireString(this.#login.sessionId), request]);
    const signature = await sign(data, withoutCertificate(algorithm));
    return this.#send(() => this.#login.sendPublicKey(Buffer.concat([request, wireString(signature)])));
  }

  #request(method: string, algorithm: string, blob: Buffer, signed = false): Buffer {
    return Buffer.concat([
      Buffer.of(requestMessage),
      ...[this.#user, 'ssh-connection', method].map(wireString),
      Buffer.of(signed ? 1 : 0),
      wireString(algorithm),
      wireString(blob),
    ]);
  }

  #send(send: () => void): Promise<Reply> {
    this.#login.forgetRequests();
    return this.#awaitReply(send);
  }

  #awaitReply(send: () => void): Promise<Reply> {
    const reply = new Promise<Reply>((resolve) => {
      this.#settle = resolve;
      send();
    });
    return this.#events.awaitReply(reply);
  }

  #receive(reply: Reply): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(reply);
  }

  #replies(): Partial<LoginHandlers> {
    const { withoutSecrets } = this.#events;
    const line = (text: string): string => readable(withoutSecrets(text));
    return {
      USERAUTH_FAILURE: (_protocol, methods, partial) =>
        this.#receive({
          kind: 'failure',
          methods: methods.filter(isMethodName).slice(0, maxMethods).map(withoutSecrets),
          partial,
        }),
      USERAUTH_PK_OK: () => this.#receive({ kind: 'keyAccepted' }),
      USERAUTH_PASSWD_CHANGEREQ: (_protocol, prompt) =>
        this.#receive({ kind: 'newPassword', prompt: line(prompt) }),
      USERAUTH_INFO_REQUEST: (_protocol, name, instruction, prompts) =>
        this.#receive({
          kind: 'prompts',
          name: line(name),
          instruction: readableLines(withoutSecrets(instruction)),
          prompts: prompts.map(({ prompt, echo }) => readablePrompt(withoutSecrets(prompt), echo)),
        }),
    };
  }
}

function readablePrompt(prompt: string, echo: boolean): Prompt {
  const start = prompt.trimEnd().lastIndexOf('\n') + 1;
  const lines = { said: readable(prompt.slice(0, start)), asks: readable(prompt.slice(start)) };
  return { prompt: readable(prompt), echo, lines };
}
