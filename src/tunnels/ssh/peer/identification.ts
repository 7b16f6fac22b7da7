// Reads the identification line of an SSH server, "SSH-2.0-…", and the text before it (RFC 4253 §4.2). Collects data
// until the line is complete, since ssh2 loses pieces of it. Limited as in kex_exchange_identification() of OpenSSH's
// kex.c.
import { TunnelFailure } from '../../errors/errors';
import type { ServerAddress } from '../../util/address';
import { notAnSshServer } from '../../errors/ssh/sshHandshake';
import { printable } from '../../util/untrustedText';

const maxLineLength = 8192;
const maxLines = 1024;
/** How much of the text is stored for messages. */
const maxGreetingLength = 512;
const newline = 10;

export class Identification {
  readonly #address: ServerAddress;
  #pieces: Buffer[] = [];
  #length = 0;
  #lines = 0;
  #text = '';
  #isDone = false;

  constructor(address: ServerAddress) {
    this.#address = address;
  }

  /** Whether the line, or at least its beginning, has arrived. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** The text before the line. A busy server, or one that isn't an SSH server, explains itself there. */
  get greeting(): string {
    return printable(this.#text);
  }

  /**
   * @returns the line and all data after it. undefined: the line is not complete
   * @throws TunnelFailure NotAnSshServer
   */
  add(data: Buffer): Buffer | undefined {
    this.#text = (this.#text + data.toString('latin1', 0, maxGreetingLength)).slice(0, maxGreetingLength);
    this.#isDone = /^SSH-/m.test(this.#text);
    let from = 0;
    for (let end = data.indexOf(newline); end >= 0; end = data.indexOf(newline, from)) {
      const line = this.#completeLine(data.subarray(from, end + 1));
      if (line.subarray(0, 4).toString('latin1') === 'SSH-') {
        this.#isDone = true;
        this.#check(line.toString('latin1'));
        return Buffer.concat([line, data.subarray(end + 1)]);
      }
      if (++this.#lines > maxLines) {
        throw this.#failure(`more than ${maxLines} lines before any that begins with SSH-`);
      }
      from = end + 1;
    }
    this.#store(data.subarray(from));
    return undefined;
  }

  /** Completes the stored beginning of a line with its end. */
  #completeLine(rest: Buffer): Buffer {
    this.#store(rest);
    const line = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return line;
  }

  #store(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > maxLineLength) {
      throw this.#failure(`a line of more than ${maxLineLength} bytes`);
    }
    if (piece.length > 0) {
      // Copied, since the buffer may be reused for the next read.
      this.#pieces.push(Buffer.from(piece));
    }
  }

  #check(line: string): void {
    if (!/^SSH-(2\.0|1\.99)-[^ \r\n]+( [^\r\n]*)?\r?\n$/.test(line)) {
      throw this.#failure(printable(line));
    }
  }

  #failure(detail: string): TunnelFailure {
    return new TunnelFailure(notAnSshServer(this.#address, detail));
  }
}
