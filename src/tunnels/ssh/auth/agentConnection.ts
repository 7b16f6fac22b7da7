// One connection to an SSH agent (draft-miller-ssh-agent §3): sends a request and waits for its answer. ssh2 only opens
// the connection.
import { createAgent } from 'ssh2';
import type { Duplex } from 'node:stream';
import { WireReader, wireString } from '../keys/wire';

/**
 * Why an agent didn't do what was requested. `gone`: it can't be reached, or has closed the connection. `missing`: it
 * no longer has the key, or is locked. `algorithm`: it signed with another one.
 */
export type AgentFault = 'refused' | 'gone' | 'noAnswer' | 'invalid' | 'missing' | 'algorithm';

export class AgentError extends Error {
  readonly fault: AgentFault;

  constructor(fault: AgentFault, message: string) {
    super(message);
    this.name = 'AgentError';
    this.fault = fault;
  }
}

/** SSH_AGENT_FAILURE, and SSH_AGENT_EXTENSION_FAILURE of §3.8. */
const failures: readonly number[] = [5, 28];

/** Bytes, as in OpenSSH's agent. */
const maxMessageLength = 256 * 1024;
const connectTimeoutMs = 5000;

export class AgentConnection implements Disposable {
  readonly #stream: Duplex;
  #received = Buffer.alloc(0);
  #waiting: { resolve(answer: Buffer): void; reject(error: AgentError): void } | undefined;
  #end: AgentError | undefined;

  private constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('error', (error) => this.#close(new AgentError('gone', error.message)));
    const closed = (): void => this.#close(new AgentError('gone', 'the agent closed the connection'));
    stream.once('close', closed);
    stream.once('end', closed);
    stream.on('data', (data: Buffer) => {
      this.#received = Buffer.concat([this.#received, data]);
      this.#deliver();
    });
  }

  /** @throws AgentError */
  static open(path: string): Promise<AgentConnection> {
    return new Promise((resolve, reject) => {
      const fail = (text: string): void => reject(new AgentError('gone', text));
      const timer = setTimeout(() => fail("can't connect to the agent"), connectTimeoutMs);
      const agent = createAgent(path);
      // ssh2 would start a program for Pageant that isn't shipped. Pageant has a named pipe, too.
      if (!agent.getStream || path === 'pageant') {
        clearTimeout(timer);
        fail('this kind of agent is not supported');
        return;
      }
      agent.getStream((error, stream) => {
        clearTimeout(timer);
        if (error || !stream) {
          fail(error?.message ?? "can't connect to the agent");
        } else {
          resolve(new AgentConnection(stream));
        }
      });
    });
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /**
   * Sends one request. The next one may follow only after the answer.
   * @param expected the type of the answer
   * @param timeoutMs undefined: it may take any time
   * @returns the answer without its type
   * @throws AgentError
   */
  async request(request: Buffer, expected: number, timeoutMs: number | undefined): Promise<WireReader> {
    if (this.#end) {
      throw this.#end;
    }
    const expire = (): void => this.#close(new AgentError('noAnswer', 'the agent did not answer'));
    const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
    try {
      const answer = await new Promise<Buffer>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#stream.write(wireString(request));
        this.#deliver();
      });
      const reader = new WireReader(answer);
      const type = reader.byte();
      if (failures.includes(type)) {
        throw new AgentError('refused', 'the agent refused the request');
      }
      if (type !== expected) {
        throw new AgentError('invalid', `the agent sent the unexpected message ${type}`);
      }
      return reader;
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  /** Hands over the answer, if it is complete. */
  #deliver(): void {
    const received = this.#received;
    const length = received.length < 4 ? undefined : received.readUInt32BE(0);
    if (length === 0 || (length ?? 0) > maxMessageLength) {
      this.#close(new AgentError('invalid', 'the program that answers is not an SSH agent'));
    } else if (this.#waiting && length !== undefined && received.length >= 4 + length) {
      this.#received = received.subarray(4 + length);
      this.#waiting.resolve(received.subarray(4, 4 + length));
    } else if (received.length > 4 + maxMessageLength) {
      this.#close(new AgentError('invalid', 'the agent sends more than was requested'));
    }
  }

  #close(end: AgentError): void {
    this.#end ??= end;
    this.#waiting?.reject(this.#end);
    this.#stream.destroy();
  }

  [Symbol.dispose](): void {
    this.#close(new AgentError('gone', 'the connection to the agent was closed'));
  }
}
