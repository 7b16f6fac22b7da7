// Runs commands on the server (RFC 4254 §6.5), and accepts the connections of their windows to our display (§6.3.2).
import type { Client, ClientChannel, ExecOptions } from 'ssh2';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { readable } from '../../util/printable';
import { explainExecFailure } from './explainSsh2Error';
import { ReceiveWindow } from '../transport/receiveWindow';

/** What the server is told about the display: RFC 4254 §6.3.1. */
export interface X11Request {
  /** A MIT-MAGIC-COOKIE-1 in hexadecimal. Not the display's own cookie, which stays on this machine. */
  readonly cookie: string;
  readonly screen: number;
}

/** Called when a program on the server connects to the display. undefined: no such connection is expected. */
export type X11Listener = (accept: () => ClientChannel, refuse: () => void) => void;

export interface RemoteCommandsOptions {
  readonly hostName: string;
  readonly roundTrip: () => number;
  readonly ended: () => TunnelError | undefined;
  /** Called for each expected connection. */
  readonly onExpectedChannel: () => void;
}

/** Long enough for a server that has to look up the user's shell and home first. */
const execTimeoutMs = 20_000;
/** Open connections of all programs. Further ones are refused. Each costs some 30 KB. */
const maxConnections = 1024;
const maxDebugMessages = 20;

export class RemoteCommands {
  readonly #client: Client;
  readonly #options: RemoteCommandsOptions;
  readonly #unanswered = new Set<() => void>();
  #connections = 0;
  /** The debug messages since the oldest unanswered request. */
  #debugMessages: string[] = [];
  /** Whether the server runs a fixed command for this key, whatever is requested. */
  #isForced = false;
  x11Listener: X11Listener | undefined;

  constructor(client: Client, options: RemoteCommandsOptions) {
    this.#client = client;
    this.#options = options;
    client.on('x11', (_from, accept, refuse) => this.#acceptX11(accept, refuse));
  }

  /** Whether the server is known to run another command than the requested one. */
  get isForced(): boolean {
    return this.#isForced;
  }

  onDebugMessage(message: string): void {
    // auth_log_authopts() of OpenSSH's auth.c.
    this.#isForced ||= /: key options:.* command( |$)/.test(message);
    this.#debugMessages = [...this.#debugMessages, readable(message)].slice(-maxDebugMessages);
  }

  /** ssh2 never calls back for requests without a reply. */
  sessionEnded(): void {
    this.x11Listener = undefined;
    this.#unanswered.forEach((giveUp) => giveUp());
  }

  /**
   * Starts a command with empty input. ssh2 manages the channel's window, so the caller must read both outputs.
   * @throws TunnelFailure X11Disabled, XauthMissing, ServerBusy, ConnectionLost
   */
  run(command: string, x11?: X11Request): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.#unanswered.delete(giveUp);
        isOver = true;
        act();
      };
      const fail = (raw: Error): void => settle(() => reject(this.#refusal(command, raw)));
      const giveUp = (): void => fail(new Error('the connection ended'));
      const timer = setTimeout(() => fail(new Error('the server did not answer')), execTimeoutMs);
      if (this.#unanswered.size === 0) {
        // Earlier messages are about something else.
        this.#debugMessages = [];
      }
      this.#unanswered.add(giveUp);
      try {
        this.#client.exec(command, toOptions(x11), (error, channel) => {
          if (error) {
            fail(error);
          } else if (isOver) {
            channel.destroy();
          } else {
            channel.end();
            settle(() => resolve(channel));
          }
        });
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  #refusal(command: string, raw: Error): TunnelFailure {
    const { hostName, ended } = this.#options;
    const relevant = this.#debugMessages.splice(0).filter((message) => /x11|xauth/i.test(message));
    return new TunnelFailure(
      ended() ?? explainExecFailure(command, hostName, relevant.join(' '), raw.message),
      { cause: raw },
    );
  }

  #acceptX11(accept: () => object, refuse: () => void): void {
    const listener = this.x11Listener;
    if (!listener || this.#connections >= maxConnections) {
      refuse();
      return;
    }
    this.#options.onExpectedChannel();
    this.#connections++;
    let isPending = true;
    listener(
      () => {
        isPending = false;
        // A channel like those that we open, in spite of its declared type.
        const channel = accept() as ClientChannel;
        channel.once('close', () => this.#connections--);
        new ReceiveWindow(channel, this.#options.roundTrip);
        return channel;
      },
      () => {
        if (isPending) {
          isPending = false;
          this.#connections--;
          refuse();
        }
      },
    );
  }
}

function toOptions(x11: X11Request | undefined): ExecOptions {
  // In ssh2's types, the cookie can only be a string.
  return x11 ? { x11: { single: false, screen: x11.screen, protocol, cookie: x11.cookie } } : {};
}

const protocol = 'MIT-MAGIC-COOKIE-1';
