// Reads JSON-RPC messages with limits on their size and nesting: a header with the length, an empty line, the message
// (base protocol of the Language Server Protocol). Anything else closes the connection.
import { AbstractMessageReader } from 'vscode-jsonrpc/node';
import type { DataCallback, Disposable, Message } from 'vscode-jsonrpc/node';
import type { Socket } from 'node:net';

/** Bytes. A lease of a thousand tunnels takes about a tenth of this. */
export const longestMessage = 16 * 1024 * 1024;
/** Bytes. Our own header takes about 30. */
const longestHeader = 512;
/** Levels. A lease has eight. */
const deepestNesting = 64;
const headerEnd = '\r\n\r\n';
const nothing = Buffer.alloc(0);

export class BoundedReader extends AbstractMessageReader {
  readonly #socket: Socket;
  #header = '';
  /** The message being received, as far as it has arrived. */
  #body: { readonly bytes: Buffer; filled: number } | undefined;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
  }

  override listen(callback: DataCallback): Disposable {
    const take = (data: Buffer): void => {
      try {
        for (let rest = data; rest.length > 0;) {
          rest = this.#body ? this.#takeBody(this.#body, rest, callback) : this.#takeHeader(rest);
        }
      } catch (error) {
        this.#socket.off('data', take).destroy();
        this.fireError(error);
      }
    };
    this.#socket
      .on('data', take)
      .on('error', (error) => this.fireError(error))
      .on('close', () => this.fireClose());
    return { dispose: () => this.#socket.off('data', take) };
  }

  /** @returns the bytes after the header */
  #takeHeader(data: Buffer): Buffer {
    const before = this.#header.length;
    this.#header += data.toString('latin1', 0, longestHeader + 1);
    const end = this.#header.indexOf(headerEnd);
    if (end < 0) {
      if (this.#header.length > longestHeader) {
        throw new Error('message header too long');
      }
      return nothing;
    }
    this.#body = { bytes: Buffer.allocUnsafe(lengthIn(this.#header.slice(0, end))), filled: 0 };
    this.#header = '';
    return data.subarray(end + headerEnd.length - before);
  }

  /** @returns the bytes after the message */
  #takeBody(body: { readonly bytes: Buffer; filled: number }, data: Buffer, callback: DataCallback): Buffer {
    const taken = data.copy(body.bytes, body.filled);
    body.filled += taken;
    if (body.filled === body.bytes.length) {
      this.#body = undefined;
      callback(parse(body.bytes));
    }
    return data.subarray(taken);
  }
}

function lengthIn(header: string): number {
  const length = Number(/^Content-Length: *(\d{1,9})$/im.exec(header)?.[1] ?? 0);
  if (length === 0 || length > longestMessage) {
    throw new Error(
      length === 0 ? 'message without Content-Length' : `message of ${length} bytes is too large`,
    );
  }
  return length;
}

function parse(bytes: Buffer): Message {
  if (isTooDeep(bytes)) {
    throw new Error('message nested too deeply');
  }
  const value: unknown = JSON.parse(bytes.toString('utf8'));
  if (!isMessage(value)) {
    throw new Error('not a JSON-RPC 2.0 message');
  }
  return value;
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0';
}

/** Checked before parsing: to parse deep nesting would take seconds. */
function isTooDeep(json: Buffer): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case 0x22: // "
        isInString = !isInString;
        break;
      case 0x5c: // \ and the character it escapes; only strings have it
        at++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += isInString ? 0 : 1;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= isInString ? 0 : 1;
        break;
      default:
        break;
    }
    if (depth > deepestNesting) {
      return true;
    }
  }
  return false;
}
