// Enforces rules of SSH that ssh2 doesn't check: which messages may arrive when, how many, and what they may request.
// Disconnects from a server that violates them, so that a broken or malicious one can't use up memory, time or the log.
import { TunnelFailure } from '../../errors/errors';
import { protocolBroken } from '../../errors/ssh/sshHandshake';
import { lengthInBits } from '../keys/wire';
import { ReceiveWindow } from '../transport/ssh2/receiveWindow';
import { TokenBucket } from '../../util/pacing/tokenBucket';
import type { ConnectionFacts, OpenChannel } from './interceptMessages';
import { Fields, isKeyExchange, message } from './messageNumbers';

export interface ProtocolGuardOptions {
  readonly hostName: string;
  readonly connection: ConnectionFacts;
  /** Whether too much data waits to be sent. */
  readonly isStalled: () => boolean;
  readonly now?: () => number;
}

/**
 * Overhead: refused channels, pings, messages to unknown channels and the like. A busy server sends a few per minute.
 */
const overhead = { most: 10_000, perSecond: 200 };
/**
 * SSH_MSG_IGNORE and other messages without effect count as overhead only if there are more of them than this for each
 * other message. AsyncSSH sends one before each (RFC 4253 §11.2).
 */
const fillersPerMessage = 16;
const mostFillers = 10_000;
/** A key exchange blocks all tunnels for milliseconds. Servers start a rekey only after many bytes, or after hours. */
const rekeys = { most: 32, perSecond: 1 };
const bytesForRekey = 16 * 1024;

/** Bytes of a list of host keys: a dozen of the longest ones. Thousands would block all tunnels for a second. */
const maxHostKeyList = 32 * 1024;

/** In bits: RFC 8270, and DH_GRP_MAX of OpenSSH. A longer prime would block all tunnels for minutes. */
const minPrimeBits = 2048;
const maxPrimeBits = 8192;
/** Twice PAM_MAX_NUM_MSG, which is 32. */
const maxPrompts = 64;
/** No server requests smaller packets. With 0, ssh2 would send packets endlessly. */
const minPacketSize = 64;
/** RFC 4254 §5.2. */
const maxWindow = 2 ** 32 - 1;
/** Excess allowed for ssh2's own windows: a tenth, as in channel_input_data() of OpenSSH's channels.c. */
const maxExcess = (2 * 1024 * 1024) / 10;

export class ProtocolGuard {
  readonly #parts: ProtocolGuardOptions;
  readonly #overhead: TokenBucket;
  readonly #rekeys: TokenBucket;
  /** The largest window that the server has given for each channel. */
  readonly #windows = new WeakMap<OpenChannel, number>();
  /** Whether the server has sent its first KEXINIT. */
  #hasBegun = false;
  /** Whether the keys in use are those of a verified host key. */
  #hasKeys = false;
  /** How many messages without effect may follow. */
  #fillersLeft = 0;
  #isLoggedIn = false;
  #hasSentHostKeys = false;
  /** We have started a rekey: the server's next KEXINIT is its answer. */
  #expectsRekey = false;
  /** It has disconnected: later messages are dropped. */
  #isOver = false;

  constructor(parts: ProtocolGuardOptions) {
    this.#parts = parts;
    this.#overhead = new TokenBucket(overhead, parts.now);
    this.#rekeys = new TokenBucket(rekeys, parts.now);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Call it at the end of a key exchange, when the host key has been verified. */
  newKeys(): void {
    this.#hasKeys = true;
  }

  /** Call it when we start a rekey. */
  expectRekey(): void {
    this.#expectsRekey = true;
  }

  /** Call it when a channel that the server opened was expected: it doesn't count as overhead. */
  refundExpectedChannel(): void {
    if (!this.#parts.isStalled()) {
      this.#overhead.give(1);
    }
  }

  /**
   * @returns whether to pass the message to ssh2
   * @throws TunnelFailure NotAnSshServer
   */
  check(bytes: Buffer): boolean {
    const type = bytes[0] ?? 0;
    if (this.#isOver) {
      return false;
    }
    if (type === message.ignore || type === message.unimplemented || type === message.debug) {
      this.#countFiller();
      return true;
    }
    this.#fillersLeft = Math.min(this.#fillersLeft + fillersPerMessage, mostFillers);
    if (type === message.channelData) {
      return this.#data(bytes, false);
    }
    if (isKeyExchange(type)) {
      return this.#keyExchange(type, bytes);
    }
    if (type === 5 || type === 6 || type >= 50) {
      this.#checkPhase(type);
    }
    return type >= 80 ? this.#connectionMessage(type, bytes) : this.#otherMessage(type, bytes);
  }

  #checkPhase(type: number): void {
    // The server may use new keys right after announcing them, but must wait until its host key is verified. Until then,
    // the old keys are in use: OpenSSH accepts what a server sends during a rekey.
    if (!this.#hasKeys) {
      throw this.#violation('continued before its host key was verified', type);
    }
    if (type >= 80 && !this.#isLoggedIn) {
      throw this.#violation('used the connection before the login', type);
    }
  }

  #keyExchange(type: number, bytes: Buffer): boolean {
    if (type === message.kexInit) {
      this.#hasBegun = true;
      if (this.#hasKeys && !this.#expectsRekey && !this.#rekeys.take()) {
        throw this.#violation('starts one rekey after another');
      }
    } else if (!this.#hasBegun) {
      throw this.#violation('sent a message that is not allowed in the key exchange', type);
    } else if (type === message.newKeys) {
      this.#hasKeys = false;
      this.#expectsRekey = false;
    }
    if (type === message.gexGroup && this.#parts.connection.awaitsPrime()) {
      const bits = lengthInBits(new Fields(bytes).string() ?? Buffer.alloc(0));
      if (bits < minPrimeBits || bits > maxPrimeBits) {
        throw this.#violation(`chose a prime of ${bits} bits for the key exchange`);
      }
    }
    return true;
  }

  /** Messages of the transport and of the login. */
  #otherMessage(type: number, bytes: Buffer): boolean {
    switch (type) {
      case message.disconnect:
        this.#isOver = true;
        return true;
      case message.userauthSuccess:
        return this.#success();
      case message.userauthFailure:
        return this.#login();
      case message.infoRequest:
        return this.#login(() => this.#checkPrompts(bytes));
      default:
        this.#countOverhead();
        // After the login, messages of the login are dropped. OpenSSH ignores them, too.
        return type < 50 || !this.#isLoggedIn;
    }
  }

  #success(): boolean {
    if (this.#isLoggedIn) {
      this.#countOverhead();
      return false;
    }
    if (!this.#parts.connection.isLoginPending()) {
      throw this.#violation('accepted a login that was not requested');
    }
    this.#isLoggedIn = true;
    return true;
  }

  /** Other answers to its requests. */
  #login(act?: () => void): boolean {
    // A login has some dozens, and no time limit.
    this.#countOverhead();
    if (this.#isLoggedIn) {
      return false;
    }
    act?.();
    return true;
  }

  /** Checks the number of prompts before ssh2 allocates a list of that length. */
  #checkPrompts(bytes: Buffer): void {
    const fields = new Fields(bytes);
    fields.string();
    fields.string();
    fields.string();
    const count = fields.uint32() ?? 0;
    if (count > maxPrompts) {
      throw this.#violation(`sends ${count} prompts at once`);
    }
  }

  /** Messages of the connection protocol (RFC 4254). */
  #connectionMessage(type: number, bytes: Buffer): boolean {
    switch (type) {
      case message.channelExtendedData:
        return this.#data(bytes, true);
      case message.globalRequest:
        return this.#globalRequest(bytes);
      case message.channelOpen:
        this.#countOverhead();
        return this.#checkPacketSize(bytes, 'string');
      case message.channelOpenConfirmation:
        return this.#isForChannel('opening', bytes) && this.#checkPacketSize(bytes, 'uint32');
      case message.channelWindowAdjust:
        return this.#windowAdjust(bytes);
      case message.channelOpenFailure:
        return this.#isForChannel('opening', bytes);
      case message.channelEof:
      case message.channelClose:
        return this.#isForChannel('any', bytes);
      default:
        // Includes the replies to global requests, which are rare.
        this.#countOverhead();
        return true;
    }
  }

  #data(bytes: Buffer, isExtended: boolean): boolean {
    this.#checkPhase(message.channelData);
    const channel = this.#channelOf(bytes);
    if (!channel || channel === 'opening' || channel.incoming.state !== 'open') {
      this.#countOverhead();
      return false;
    }
    const lengthAt = isExtended ? 9 : 5;
    const length = bytes.length >= lengthAt + 4 ? bytes.readUInt32BE(lengthAt) : 0;
    if (!isReceivable(channel, length)) {
      throw this.#violation('sent more data on a channel than allowed');
    }
    if (length === 0) {
      this.#countOverhead();
      return false;
    }
    this.#rekeys.give(length / bytesForRekey);
    if (isExtended && channel.type !== 'session') {
      // Only programs have a second output. On other channels, nothing would read it.
      this.#countOverhead();
      return false;
    }
    return true;
  }

  #globalRequest(bytes: Buffer): boolean {
    this.#countOverhead();
    if (new Fields(bytes).string()?.toString('latin1') !== 'hostkeys-00@openssh.com') {
      return true;
    }
    // Accepted only once, after the login: client_input_hostkeys() of OpenSSH's clientloop.c.
    const isFirst = !this.#hasSentHostKeys;
    this.#hasSentHostKeys = true;
    return isFirst && bytes.length <= maxHostKeyList;
  }

  /** @param before the type of the field before the channel's number, window and packet size */
  #checkPacketSize(bytes: Buffer, before: 'string' | 'uint32'): true {
    const fields = new Fields(bytes);
    fields[before]();
    fields.uint32();
    fields.uint32();
    const size = fields.uint32();
    if (size !== undefined && size < minPacketSize) {
      throw this.#violation(`requests packets of ${size} bytes`);
    }
    return true;
  }

  #windowAdjust(bytes: Buffer): boolean {
    const fields = new Fields(bytes);
    fields.uint32();
    const more = fields.uint32() ?? 0;
    const channel = this.#channelOf(bytes);
    if (!channel || channel === 'opening' || more === 0) {
      this.#countOverhead();
    } else if (channel.outgoing.window + more > maxWindow) {
      throw this.#violation('made the window of a channel larger than SSH allows');
    } else {
      // Only what we have sent needs keys. A window may be made larger without that.
      const { window } = channel.outgoing;
      const largest = this.#windows.get(channel) ?? window;
      this.#rekeys.give(Math.min(more, largest - window) / bytesForRekey);
      this.#windows.set(channel, Math.max(largest, window + more));
    }
    return true;
  }

  /** Whether the message is about a channel that exists or is being opened. */
  #isForChannel(what: 'opening' | 'any', bytes: Buffer): boolean {
    const channel = this.#channelOf(bytes);
    const isForChannel = what === 'any' ? channel !== undefined : channel === 'opening';
    if (!isForChannel) {
      this.#countOverhead();
    }
    return isForChannel;
  }

  #channelOf(bytes: Buffer): OpenChannel | 'opening' | undefined {
    return bytes.length >= 5 ? this.#parts.connection.channel(bytes.readUInt32BE(1)) : undefined;
  }

  #countFiller(): void {
    if (this.#fillersLeft > 0) {
      this.#fillersLeft--;
    } else {
      this.#countOverhead();
    }
  }

  #countOverhead(): void {
    const isLeft = this.#parts.isStalled() ? this.#overhead.takeWhileStalled() : this.#overhead.take();
    if (!isLeft) {
      throw this.#violation('sends useless messages without end');
    }
  }

  #violation(what: string, type?: number): TunnelFailure {
    const detail = type === undefined ? undefined : `message ${type}`;
    return new TunnelFailure(protocolBroken(this.#parts.hostName, what, detail));
  }
}

function isReceivable(channel: OpenChannel, length: number): boolean {
  const window = ReceiveWindow.of(channel);
  return window ? window.received(length) : channel.incoming.window - length >= -maxExcess;
}
