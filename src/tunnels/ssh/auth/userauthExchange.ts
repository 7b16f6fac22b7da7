// The conversation of a login (RFC 4252, RFC 4256): one request, one reply. It stands in for ssh2's own handling, which
// knows no certificates and no security keys, loses partial successes, and asks for passphrases too early.
import type { Client } from 'ssh2';
import { loginOf } from '../transport/ssh2Internals';
import type { LoginHandlers, LoginInternals } from '../transport/ssh2Internals';
import { wireString } from '../keys/wire';
import { readableLines } from '../peer/serverMessages';
import { readable } from '../../util/printable';
import { withoutCertificate } from '../keys/publicKey';

export interface Prompt {
  readonly prompt: string;
  /** Whether what is typed may be shown. */
  readonly echo: boolean;
}

export interface Prompts {
  readonly kind: 'prompts';
  readonly name: string;
  readonly instruction: string;
  readonly prompts: readonly Prompt[];
}

export interface Failure {
  readonly kind: 'failure';
  /** What can continue. */
  readonly methods: readonly string[];
  /** The request was right, but the server wants another one besides. */
  readonly partial: boolean;
}

export type Reply =
  | { readonly kind: 'success' }
  | Failure
  | { readonly kind: 'keyAccepted' }
  | { readonly kind: 'newPassword'; readonly prompt: string }
  | Prompts;

export interface ConversationEvents {
  /** Told before each request. */
  readonly onRequest: () => void;
  /** The server ends it; what is returned is the cause instead. */
  readonly onDisconnect: () => Error | undefined;
}

const requestMessage = 50;
/** There are six that anybody knows, of some 20 characters each. */
const mostMethods = 6;
const longestName = 30;

function nameOf(method: string): string {
  return readable(method, longestName);
}

export class Conversation {
  /** server-sig-algs of RFC 8308 §3.1; undefined: the server has not said. */
  serverAlgorithms: readonly string[] | undefined;
  readonly #login: LoginInternals;
  readonly #user: string;
  readonly #events: ConversationEvents;
  #settle: ((reply: Reply) => void) | undefined;

  private constructor(login: LoginInternals, user: string, events: ConversationEvents) {
    this.#login = login;
    this.#user = user;
    this.#events = events;
  }

  /** Takes the login over from a client that has begun to connect, and resolves when the server is ready for it. */
  static begin(client: Client, user: string, events: ConversationEvents): Promise<Conversation> {
    const login = loginOf(client);
    if (!login) {
      return Promise.reject(new Error('the client does not connect'));
    }
    const conversation = new Conversation(login, user, events);
    return new Promise((resolve) => {
      const { EXT_INFO: extInfo, USERAUTH_SUCCESS: success, DISCONNECT: disconnect } = login.handlers;
      Object.assign(login.handlers, {
        ...conversation.#replies(),
        SERVICE_ACCEPT: () => resolve(conversation),
        EXT_INFO: (protocol, extensions) => {
          conversation.serverAlgorithms ??= extensions.find(({ name }) => name === 'server-sig-algs')?.algs;
          extInfo?.(protocol, extensions);
        },
        USERAUTH_SUCCESS: (protocol) => {
          conversation.#hear({ kind: 'success' });
          success?.(protocol);
        },
        DISCONNECT: (...said) => {
          if (/too many authentication failures/i.test(said[2])) {
            // The last wrong answer that a server takes it does not refuse: it hangs up.
            conversation.#hear({ kind: 'failure', methods: [], partial: false });
          }
          const cause = events.onDisconnect();
          if (cause) {
            client.emit('error', cause);
          }
          disconnect?.(...said);
        },
      } satisfies Partial<LoginHandlers>);
    });
  }

  none(): Promise<Reply> {
    return this.#ask(() => this.#login.requests.authNone(this.#user));
  }

  password(password: string): Promise<Reply> {
    return this.#ask(() => this.#login.requests.authPassword(this.#user, password));
  }

  keyboardInteractive(): Promise<Reply> {
    return this.#ask(() => this.#login.requests.authKeyboard(this.#user));
  }

  /** Answers prompts: the request is still the same one. */
  answer(answers: readonly string[]): Promise<Reply> {
    this.#events.onRequest();
    return this.#next(() => this.#login.requests.authInfoRes(answers));
  }

  /** Asks whether a key would do, without a signature. */
  offer(algorithm: string, blob: Buffer): Promise<Reply> {
    return this.#ask(() => this.#login.sendPublicKey(this.#request(algorithm, blob, false)));
  }

  /** @param sign gets what is to be signed, and the algorithm of the signature, which knows of no certificate */
  async prove(
    algorithm: string,
    blob: Buffer,
    sign: (data: Buffer, algorithm: string) => Promise<Buffer>,
  ): Promise<Reply> {
    const request = this.#request(algorithm, blob, true);
    const data = Buffer.concat([wireString(this.#login.sessionId), request]);
    const signature = await sign(data, withoutCertificate(algorithm));
    return this.#ask(() => this.#login.sendPublicKey(Buffer.concat([request, wireString(signature)])));
  }

  #request(algorithm: string, blob: Buffer, signed: boolean): Buffer {
    return Buffer.concat([
      Buffer.of(requestMessage),
      ...[this.#user, 'ssh-connection', 'publickey'].map(wireString),
      Buffer.of(signed ? 1 : 0),
      wireString(algorithm),
      wireString(blob),
    ]);
  }

  #ask(send: () => void): Promise<Reply> {
    this.#events.onRequest();
    this.#login.forgetRequests();
    return this.#next(send);
  }

  #next(send: () => void): Promise<Reply> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      send();
    });
  }

  #hear(reply: Reply): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(reply);
  }

  #replies(): Partial<LoginHandlers> {
    return {
      USERAUTH_FAILURE: (_protocol, methods, partial) =>
        this.#hear({ kind: 'failure', methods: methods.slice(0, mostMethods).map(nameOf), partial }),
      USERAUTH_PK_OK: () => this.#hear({ kind: 'keyAccepted' }),
      USERAUTH_PASSWD_CHANGEREQ: (_protocol, prompt) =>
        this.#hear({ kind: 'newPassword', prompt: readable(prompt) }),
      USERAUTH_INFO_REQUEST: (_protocol, name, instruction, prompts) =>
        this.#hear({
          kind: 'prompts',
          name: readable(name),
          instruction: readableLines(instruction),
          prompts: prompts.map(({ prompt, echo }) => ({ prompt: readable(prompt), echo })),
        }),
    };
  }
}
