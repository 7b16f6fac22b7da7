// Runs commands on the server (RFC 4254 §6.5), and accepts the connections of their windows to our display (§6.3.2).
import type { Client, ClientChannel, ExecOptions } from 'ssh2';
import { TunnelFailure } from '../../errors/errors';
import { explainExecFailure, forcesCommand } from './failures/explainSsh2Error';
import { IncomingChannels } from './incomingChannels';
import type { IncomingChannel, SessionFacts } from './incomingChannels';
import { RequestReplies } from './requestReplies';
import type { Reply } from './requestReplies';

/** What the server is told about the display: RFC 4254 §6.3.1. */
export interface X11Request {
  /** A MIT-MAGIC-COOKIE-1 in hexadecimal. Not the display's own cookie, which stays on this machine. */
  readonly cookie: string;
  readonly screen: number;
}

/** Called when a program on the server connects to the display. */
export type X11Listener = (incoming: IncomingChannel) => void;

/** Long enough for a server that has to look up the user's shell and home first. */
const execTimeoutMs = 20_000;
/** To the display, of all programs. They have one listener, which gets half of what a limit allows. */
const maxConnections = 2048;

export class RemoteCommands {
  readonly #client: Client;
  readonly #session: SessionFacts;
  readonly #requests = new RequestReplies();
  readonly #connections: IncomingChannels;
  /** Whether the server runs a fixed command for this key, whatever is requested. */
  #isForced = false;
  /** undefined: no connection to the display is expected. */
  x11Listener: X11Listener | undefined;

  constructor(client: Client, session: SessionFacts) {
    this.#client = client;
    this.#session = session;
    this.#connections = new IncomingChannels(2 * maxConnections, session);
    client.on('x11', (_from, accept, refuse) => {
      const listener = this.x11Listener;
      this.#connections.offer(listener, accept, refuse, (incoming) => listener?.(incoming));
    });
  }

  /** Whether the server is known to run another command than the requested one. */
  get isForced(): boolean {
    return this.#isForced;
  }

  onDebugMessage(message: string): void {
    this.#isForced ||= forcesCommand(message);
    this.#requests.onDebugMessage(message);
  }

  sessionEnded(): void {
    this.x11Listener = undefined;
    this.#requests.sessionEnded();
  }

  /**
   * Starts a command with empty input. ssh2 manages the channel's window, so the caller must read both outputs.
   * @throws TunnelFailure X11Disabled, XauthMissing, ServerBusy, ProgramFailed, ConnectionLost
   */
  run(command: string, x11?: X11Request): Promise<ClientChannel> {
    return this.#requests.request({
      timeoutMs: execTimeoutMs,
      send: (reply: Reply<ClientChannel>) => this.#client.exec(command, toOptions(x11), reply),
      granted: (channel) => {
        channel.end();
        return channel;
      },
      refused: (raw) => this.#refusal(command, raw),
      tooLate: (channel) => channel.destroy(),
    });
  }

  #refusal(command: string, raw: Error): TunnelFailure {
    const { hostName, ended } = this.#session;
    const debugMessages = this.#requests.takeDebugMessages();
    return new TunnelFailure(ended() ?? explainExecFailure(command, hostName, debugMessages, raw), {
      cause: raw,
    });
  }
}

function toOptions(x11: X11Request | undefined): ExecOptions {
  // In ssh2's types, the cookie can only be a string.
  return x11 ? { x11: { single: false, screen: x11.screen, protocol, cookie: x11.cookie } } : {};
}

const protocol = 'MIT-MAGIC-COOKIE-1';
