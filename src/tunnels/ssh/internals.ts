// The few places where ssh2's public interface does not reach. ssh2 is pinned to one version for their sake.
import type { Client } from 'ssh2';

interface Internals {
  readonly _protocol?: {
    /** Sends the global request keepalive@openssh.com, which every server answers, if only with a failure. */
    ping(): void;
    readonly _handlers: {
      /** SSH_MSG_DEBUG (RFC 4253 §11.3). */
      DEBUG?: (protocol: unknown, alwaysDisplay: boolean, message: string) => void;
    };
  };
  /** Replies to global requests come in the order the requests were made: one callback for each. */
  readonly _callbacks: (() => void)[];
}

function internalsOf(client: Client): Internals {
  return client as unknown as Internals;
}

/** Asks the server for a sign of life. ssh2 gives no way to ping but its own timer, which kills slow links. */
export function ping(client: Client): void {
  const internals = internalsOf(client);
  if (internals._protocol) {
    internals._callbacks.push(() => undefined);
    internals._protocol.ping();
  }
}

/** Hears the server's debug messages without ssh2's `debug` option, which formats a line for every packet. */
export function onServerDebug(client: Client, listener: (message: string) => void): void {
  const protocol = internalsOf(client)._protocol;
  if (protocol) {
    protocol._handlers.DEBUG = (_protocol, _display, message) => listener(message);
  }
}
