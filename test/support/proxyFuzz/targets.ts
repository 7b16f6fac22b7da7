// The targets of fuzzed proxy clients: one that they may connect to, which answers, and one that they may not.
import { target } from '../targetAndClient';
import type { TargetServer } from '../targetAndClient';
import type { Places } from './handshake';

const page = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\npage';

export class Targets implements AsyncDisposable {
  /** Connections to each. */
  readonly connections = { good: 0, bad: 0 };
  /** Requests with a body of unknown end, or of two ends: another program might see two requests in them. */
  readonly unclear: string[] = [];
  readonly #good: TargetServer;
  readonly #bad: TargetServer;

  private constructor(good: TargetServer, bad: TargetServer) {
    this.#good = good;
    this.#bad = bad;
  }

  static async open(): Promise<Targets> {
    const targets: Targets = new Targets(
      await target((socket) => {
        targets.connections.good++;
        let said = Buffer.alloc(0);
        socket.on('data', (data: Buffer) => {
          const isHttp = said.length > 0 ? isUpper(said) : isUpper(data);
          if (!isHttp) {
            said = Buffer.concat([said, data]);
            socket.write(data);
            return;
          }
          const before = said.indexOf('\r\n\r\n');
          said = Buffer.concat([said, data]);
          if (before < 0 && said.includes('\r\n\r\n')) {
            socket.end(page);
          }
        });
        socket.on('end', () => {
          targets.#judge(said.toString('latin1'));
          socket.end();
        });
      }),
      await target((socket) => {
        targets.connections.bad++;
        socket.resume().end();
      }),
    );
    return targets;
  }

  get places(): Places {
    return { good: this.#good.port, bad: this.#bad.port };
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#good.open.size + this.#bad.open.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#good[Symbol.asyncDispose]();
    await this.#bad[Symbol.asyncDispose]();
  }

  /** RFC 9112 §6.3: one length, or chunks, or no body. */
  #judge(text: string): void {
    const [head = '', ...rest] = text.split('\r\n\r\n');
    const frames = head.match(/^(content-length|transfer-encoding):/gim) ?? [];
    const hasBody = rest.join('\r\n\r\n') !== '';
    if (/^[A-Z]+ \//.test(head) && (frames.length > 1 || (hasBody && frames.length === 0))) {
      this.unclear.push(text.slice(0, 500));
    }
  }
}

function isUpper(bytes: Buffer): boolean {
  return /^[A-Z]{3}/.test(bytes.toString('latin1', 0, 3));
}
