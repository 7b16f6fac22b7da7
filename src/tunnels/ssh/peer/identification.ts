// The first line of an SSH server, "SSH-2.0-…", and whatever comes before it (RFC 4253 §4.2): kept together until it is
// whole, for ssh2 loses pieces of it, and bounded as in kex_exchange_identification() of OpenSSH's kex.c.
import { TunnelFailure } from '../../errors/errors';
import type { TcpAddress } from '../../util/address';
import { notAnSshServer } from '../../errors/connect';
import { printable } from '../../util/printable';

const longestLine = 8192;
const mostLines = 1024;
/** Of what is kept for people. */
const longestGreeting = 512;
const newline = 10;

export class Identification {
  readonly #address: TcpAddress;
  #pieces: Buffer[] = [];
  #length = 0;
  #lines = 0;
  #said = '';
  #isDone = false;

  constructor(address: TcpAddress) {
    this.#address = address;
  }

  /** Whether the line has come, or at least its beginning. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** What came before it: a server that is none, or is busy, says so there. */
  get greeting(): string {
    return printable(this.#said);
  }

  /**
   * @returns the line and all that came after it; undefined: it is not there yet
   * @throws TunnelFailure NotAnSshServer
   */
  add(data: Buffer): Buffer | undefined {
    this.#said = (this.#said + data.toString('latin1', 0, longestGreeting)).slice(0, longestGreeting);
    this.#isDone = /^SSH-/m.test(this.#said);
    let from = 0;
    for (let end = data.indexOf(newline); end >= 0; end = data.indexOf(newline, from)) {
      const line = this.#line(data.subarray(from, end + 1));
      if (line.subarray(0, 4).toString('latin1') === 'SSH-') {
        this.#isDone = true;
        this.#check(line.toString('latin1'));
        return Buffer.concat([line, data.subarray(end + 1)]);
      }
      if (++this.#lines > mostLines) {
        throw this.#refusal(`more than ${mostLines} lines before any that begins with SSH-`);
      }
      from = end + 1;
    }
    this.#keep(data.subarray(from));
    return undefined;
  }

  /** The kept beginning of a line with its end. */
  #line(rest: Buffer): Buffer {
    this.#keep(rest);
    const line = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return line;
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > longestLine) {
      throw this.#refusal(`a line of more than ${longestLine} bytes`);
    }
    if (piece.length > 0) {
      // What was read may be read over.
      this.#pieces.push(Buffer.from(piece));
    }
  }

  #check(line: string): void {
    if (!/^SSH-(2\.0|1\.99)-[^ \r\n]+( [^\r\n]*)?\r?\n$/.test(line)) {
      throw this.#refusal(printable(line));
    }
  }

  #refusal(detail: string): TunnelFailure {
    return new TunnelFailure(notAnSshServer(this.#address, detail));
  }
}
