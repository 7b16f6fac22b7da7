// Commands on the server (RFC 4254 §6.5), and the connections that their windows make to the display here (§6.3.2).
import type { Client, ClientChannel, ExecOptions } from 'ssh2';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { programRefused, x11Disabled, x11ForbiddenByKey, xauthMissingThere } from '../../errors/x11';
import { readable } from '../../util/printable';
import { ReceiveWindow } from '../transport/receiveWindow';

/** What the server needs to know of the display: RFC 4254 §6.3.1. */
export interface X11Request {
  /** In hexadecimal; of MIT-MAGIC-COOKIE-1. Not the display's own: it stays here. */
  readonly cookie: string;
  readonly screen: number;
}

/** A program of the server that wants to reach the display; undefined: nobody here expects one. */
export type X11Listener = (accept: () => ClientChannel, refuse: () => void) => void;

export interface RemoteCommandsOptions {
  readonly hostName: string;
  readonly roundTrip: () => number;
  readonly ended: () => TunnelError | undefined;
  /** A connection has come that somebody here expects. */
  readonly onExpected: () => void;
}

/** Milliseconds: a server may have to look up a user's shell and home first. */
const patience = 20_000;
/** Open at once, of all programs; whoever comes then is refused. Each costs some 30 KB. */
const mostConnections = 1024;
const mostSaid = 20;

export class RemoteCommands {
  readonly #client: Client;
  readonly #options: RemoteCommandsOptions;
  readonly #unanswered = new Set<() => void>();
  #connections = 0;
  /** Since the oldest request that is not answered. */
  #said: string[] = [];
  /** Whoever logs in with this key gets one command, whatever it asks for. */
  #isForced = false;
  x11Listener: X11Listener | undefined;

  constructor(client: Client, options: RemoteCommandsOptions) {
    this.#client = client;
    this.#options = options;
    client.on('x11', (_from, accept, refuse) => this.#welcome(accept, refuse));
  }

  /** Whether the server is known to run another command than the one that is asked for. */
  get isForced(): boolean {
    return this.#isForced;
  }

  serverSaid(message: string): void {
    // auth_log_authopts() of OpenSSH's auth.c.
    this.#isForced ||= /: key options:.* command( |$)/.test(message);
    this.#said = [...this.#said, readable(message)].slice(-mostSaid);
  }

  /** ssh2 forgets whoever waits for a reply. */
  sessionEnded(): void {
    this.x11Listener = undefined;
    this.#unanswered.forEach((giveUp) => giveUp());
  }

  /**
   * Starts a command; its input is empty. The channel's window is ssh2's own: whoever gets it reads both of its outputs.
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
      const timer = setTimeout(() => fail(new Error('the server did not answer')), patience);
      if (this.#unanswered.size === 0) {
        // What was said before is about something else.
        this.#said = [];
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
    const said = this.#said.splice(0).filter((message) => /x11|xauth/i.test(message));
    const detail = said.join(' ') || readable(raw.message);
    return new TunnelFailure(ended() ?? this.#why(command, hostName, raw.message, detail), { cause: raw });
  }

  #why(command: string, hostName: string, raw: string, detail: string): TunnelError {
    if (raw !== 'Unable to request X11') {
      return programRefused(command, hostName, detail);
    }
    // session_setup_x11fwd() of OpenSSH's session.c; where sshd_config forbids it, it says nothing.
    if (/no xauth program/i.test(detail)) {
      return xauthMissingThere(hostName, detail);
    }
    return /disabled by key options/i.test(detail)
      ? x11ForbiddenByKey(hostName, detail)
      : x11Disabled(hostName, detail);
  }

  #welcome(accept: () => object, refuse: () => void): void {
    const listener = this.x11Listener;
    if (!listener || this.#connections >= mostConnections) {
      refuse();
      return;
    }
    this.#options.onExpected();
    this.#connections++;
    let waits = true;
    listener(
      () => {
        waits = false;
        // A channel like those that we open ourselves, whatever its type says.
        const channel = accept() as ClientChannel;
        channel.once('close', () => this.#connections--);
        new ReceiveWindow(channel, this.#options.roundTrip);
        return channel;
      },
      () => {
        if (waits) {
          waits = false;
          this.#connections--;
          refuse();
        }
      },
    );
  }
}

function toOptions(x11: X11Request | undefined): ExecOptions {
  // By ssh2's types a cookie can only be text.
  return x11 ? { x11: { single: false, screen: x11.screen, protocol, cookie: x11.cookie } } : {};
}

const protocol = 'MIT-MAGIC-COOKIE-1';
