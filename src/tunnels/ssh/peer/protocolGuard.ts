// Holds a server to the rules of SSH where ssh2 does not: what may come when, how much of it, and what it may ask for.
// A server that breaks them is broken, or means harm, and is cut off; it can't use up memory, time or the log.
import { TunnelFailure } from '../../errors/errors';
import { protocolBroken } from '../../errors/connect';
import { ReceiveWindow } from '../transport/receiveWindow';
import { Allowance } from '../../util/tokenBucket';
import type { ConnectionFacts, OpenChannel } from './interceptMessages';
import { Fields, message } from './messageNumbers';

export interface PeerGuardParts {
  readonly hostName: string;
  readonly connection: ConnectionFacts;
  /** Whether more waits to be sent than should. */
  readonly isStalled: () => boolean;
  readonly now?: () => number;
}

/**
 * Messages that serve nothing: refused channels, pings, messages to be ignored, to channels that there are not … A server
 * in use sends a few in a minute.
 */
const useless = { most: 10_000, perSecond: 200 };
/** A key exchange costs milliseconds of all tunnels; a server that renews its keys does so after many bytes, or hours. */
const rekeys = { most: 32, perSecond: 1 };
const bytesForRekey = 16 * 1024;

/** Bytes of a prime's length: RFC 8270, and DH_GRP_MAX of OpenSSH. A longer one takes minutes, for all tunnels. */
const shortestPrime = 2048;
const longestPrime = 8192;
/** PAM_MAX_NUM_MSG is 32. */
const mostPrompts = 64;
/** Smaller packets than any server asks for; ssh2 would send without end where it is 0. */
const smallestPacket = 64;
/** RFC 4254 §5.2. */
const largestWindow = 2 ** 32 - 1;
/** Of ssh2's own windows; a tenth may be exceeded, as in channel_input_data() of OpenSSH's channels.c. */
const mostExcess = (2 * 1024 * 1024) / 10;

export class PeerGuard {
  readonly #parts: PeerGuardParts;
  readonly #useless: Allowance;
  readonly #rekeys: Allowance;
  #hasKeys = false;
  #isLoggedIn = false;
  #namedHostKeys = false;
  /** It has said goodbye: nothing that comes now counts. */
  #isOver = false;

  constructor(parts: PeerGuardParts) {
    this.#parts = parts;
    this.#useless = new Allowance(useless, parts.now);
    this.#rekeys = new Allowance(rekeys, parts.now);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The end of a key exchange, whose host key has been judged. */
  newKeys(): void {
    this.#hasKeys = true;
  }

  /** A channel that the server has opened was asked for. */
  refundExpectedChannel(): void {
    if (!this.#parts.isStalled()) {
      this.#useless.give(1);
    }
  }

  /**
   * @returns whether ssh2 is to hear of it
   * @throws TunnelFailure NotAnSshServer
   */
  judge(bytes: Buffer): boolean {
    const type = bytes[0] ?? 0;
    if (this.#isOver) {
      return false;
    }
    if (type === message.channelData) {
      return this.#data(bytes, false);
    }
    if (type >= message.kexInit && type < 50) {
      return this.#keyExchange(type, bytes);
    }
    if (type === 5 || type === 6 || type >= 50) {
      this.#checkPhase(type);
    }
    return type >= 80 ? this.#use(type, bytes) : this.#other(type, bytes);
  }

  #checkPhase(type: number): void {
    // Its keys are in use for what comes as soon as it has sent them; that its host key is judged it must wait for.
    if (!this.#hasKeys) {
      throw this.#broken('went on before its host key was judged', type);
    }
    if (type >= 80 && !this.#isLoggedIn) {
      throw this.#broken('used the connection before the login', type);
    }
  }

  #keyExchange(type: number, bytes: Buffer): boolean {
    if (type === message.kexInit) {
      if (this.#hasKeys && !this.#rekeys.take()) {
        throw this.#broken('renews its keys again and again');
      }
      this.#hasKeys = false;
    }
    if (type === message.gexGroup && this.#parts.connection.awaitsPrime()) {
      const bits = lengthInBits(new Fields(bytes).string() ?? Buffer.alloc(0));
      if (bits < shortestPrime || bits > longestPrime) {
        throw this.#broken(`chose a prime of ${bits} bits for the key exchange`);
      }
    }
    return true;
  }

  /** What belongs to no channel, and to no forward. */
  #other(type: number, bytes: Buffer): boolean {
    switch (type) {
      case message.disconnect:
        this.#isOver = true;
        return true;
      case message.userauthSuccess:
        if (!this.#isLoggedIn && !this.#parts.connection.isLoginAsked()) {
          throw this.#broken('said yes to a login that nobody had asked for');
        }
        return this.#login(() => (this.#isLoggedIn = true));
      case message.userauthFailure:
        return this.#login();
      case message.infoRequest:
        return this.#login(() => this.#checkPrompts(bytes));
      default:
        this.#countUseless();
        // To those who are logged in nothing of a login is told; and OpenSSH ignores it, too.
        return type < 50 || !this.#isLoggedIn;
    }
  }

  #login(act?: () => void): boolean {
    if (this.#isLoggedIn) {
      this.#countUseless();
      return false;
    }
    act?.();
    return true;
  }

  /** Before ssh2 makes a list of as many as the server says. */
  #checkPrompts(bytes: Buffer): void {
    const fields = new Fields(bytes);
    fields.string();
    fields.string();
    fields.string();
    const count = fields.uint32() ?? 0;
    if (count > mostPrompts) {
      throw this.#broken(`asks ${count} questions at once`);
    }
  }

  /** The connection protocol (RFC 4254). */
  #use(type: number, bytes: Buffer): boolean {
    switch (type) {
      case message.channelExtendedData:
        return this.#data(bytes, true);
      case message.globalRequest:
        return this.#globalRequest(bytes);
      case message.channelOpen:
        this.#countUseless();
        return this.#checkPacketSize(bytes, 'string');
      case message.channelOpenConfirmation:
        return this.#isFor('asked', bytes) && this.#checkPacketSize(bytes, 'uint32');
      case message.channelWindowAdjust:
        return this.#windowAdjust(bytes);
      case message.channelOpenFailure:
        return this.#isFor('asked', bytes);
      case message.channelEof:
      case message.channelClose:
        return this.#isFor('any', bytes);
      default:
        // Answers to global requests, too, of which there are few.
        this.#countUseless();
        return true;
    }
  }

  #data(bytes: Buffer, isExtended: boolean): boolean {
    this.#checkPhase(message.channelData);
    const channel = this.#channelOf(bytes);
    if (!channel || channel === 'asked' || channel.incoming.state !== 'open') {
      this.#countUseless();
      return false;
    }
    const length = bytes.length >= 13 ? bytes.readUInt32BE(isExtended ? 9 : 5) : 0;
    if (!isReceivable(channel, length)) {
      throw this.#broken('sent more on a channel than it was allowed to');
    }
    this.#rekeys.give(length / bytesForRekey);
    if (isExtended && channel.type !== 'session') {
      // Only programs have a second output: nobody would ever read it.
      this.#countUseless();
      return false;
    }
    return true;
  }

  #globalRequest(bytes: Buffer): boolean {
    this.#countUseless();
    if (new Fields(bytes).string()?.toString('latin1') !== 'hostkeys-00@openssh.com') {
      return true;
    }
    // Once, after the login: client_input_hostkeys() of OpenSSH's clientloop.c.
    const isFirst = !this.#namedHostKeys;
    this.#namedHostKeys = true;
    return isFirst;
  }

  /** @param before the kind of the field in front of the channel's number, window and packet size */
  #checkPacketSize(bytes: Buffer, before: 'string' | 'uint32'): true {
    const fields = new Fields(bytes);
    fields[before]();
    fields.uint32();
    fields.uint32();
    const size = fields.uint32();
    if (size !== undefined && size < smallestPacket) {
      throw this.#broken(`asks for packets of ${size} bytes`);
    }
    return true;
  }

  #windowAdjust(bytes: Buffer): boolean {
    const fields = new Fields(bytes);
    fields.uint32();
    const more = fields.uint32() ?? 0;
    const channel = this.#channelOf(bytes);
    if (!channel || channel === 'asked' || more === 0) {
      this.#countUseless();
    } else if (channel.outgoing.window + more > largestWindow) {
      throw this.#broken('opened the window of a channel wider than SSH can say');
    } else {
      this.#rekeys.give(more / bytesForRekey);
    }
    return true;
  }

  /** Whether it is about a channel that there is, or that is being opened. */
  #isFor(what: 'asked' | 'any', bytes: Buffer): boolean {
    const channel = this.#channelOf(bytes);
    const isFor = what === 'any' ? channel !== undefined : channel === 'asked';
    if (!isFor) {
      this.#countUseless();
    }
    return isFor;
  }

  #channelOf(bytes: Buffer): OpenChannel | 'asked' | undefined {
    return bytes.length >= 5 ? this.#parts.connection.channel(bytes.readUInt32BE(1)) : undefined;
  }

  #countUseless(): void {
    const isLeft = this.#parts.isStalled() ? this.#useless.takeWhileStalled() : this.#useless.take();
    if (!isLeft) {
      throw this.#broken('sends messages without end that serve nothing');
    }
  }

  #broken(what: string, type?: number): TunnelFailure {
    const detail = type === undefined ? undefined : `message ${type}`;
    return new TunnelFailure(protocolBroken(this.#parts.hostName, what, detail));
  }
}

function isReceivable(channel: OpenChannel, length: number): boolean {
  const window = ReceiveWindow.of(channel);
  return window ? window.received(length) : channel.incoming.window - length >= -mostExcess;
}

function lengthInBits(number: Buffer): number {
  const first = number.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (number.length - first) * 8 - Math.clz32(number[first] ?? 0) + 24;
}
