// The numbers of the SSH messages that are handled here (RFC 4250 §4.1.2), and a reader for their first fields.

export const message = {
  disconnect: 1,
  ignore: 2,
  unimplemented: 3,
  debug: 4,
  extInfo: 7,
  kexInit: 20,
  newKeys: 21,
  /** SSH_MSG_KEX_DH_GEX_GROUP of RFC 4419. A reply in other key exchange methods. */
  gexGroup: 31,
  /** SSH_MSG_KEXDH_REPLY and SSH_MSG_KEX_ECDH_REPLY (RFC 4253 §8, RFC 5656 §7.1). */
  kexReply: 31,
  /** SSH_MSG_KEX_DH_GEX_REPLY of RFC 4419. */
  gexReply: 33,
  userauthFailure: 51,
  userauthSuccess: 52,
  userauthBanner: 53,
  /** SSH_MSG_USERAUTH_INFO_REQUEST. Has other meanings in replies to other requests. */
  infoRequest: 60,
  globalRequest: 80,
  requestSuccess: 81,
  requestFailure: 82,
  channelOpen: 90,
  channelOpenConfirmation: 91,
  channelOpenFailure: 92,
  channelWindowAdjust: 93,
  channelData: 94,
  channelExtendedData: 95,
  channelEof: 96,
  channelClose: 97,
} as const;

/** Whether a message belongs to a key exchange (RFC 4250 §4.1.1). */
export function isKeyExchange(type: number): boolean {
  return type >= message.kexInit && type < 50;
}

/** Reads the fields of a message one by one (RFC 4251 §5). Returns undefined when the message is too short. */
export class Fields {
  readonly #message: Buffer;
  #at = 1;

  constructor(bytes: Buffer) {
    this.#message = bytes;
  }

  byte(): number | undefined {
    this.#at += 1;
    return this.#message[this.#at - 1];
  }

  uint32(): number | undefined {
    if (this.#at + 4 > this.#message.length) {
      return undefined;
    }
    this.#at += 4;
    return this.#message.readUInt32BE(this.#at - 4);
  }

  string(): Buffer | undefined {
    const length = this.uint32();
    if (length === undefined || this.#at + length > this.#message.length) {
      return undefined;
    }
    this.#at += length;
    return this.#message.subarray(this.#at - length, this.#at);
  }
}
