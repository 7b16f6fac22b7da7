// The numbers of SSH's messages, as far as they are told apart here (RFC 4250 §4.1.2), and the fields in front of them.

export const message = {
  disconnect: 1,
  ignore: 2,
  unimplemented: 3,
  debug: 4,
  extInfo: 7,
  kexInit: 20,
  newKeys: 21,
  /** SSH_MSG_KEX_DH_GEX_GROUP of RFC 4419; of other methods an answer. */
  gexGroup: 31,
  userauthFailure: 51,
  userauthSuccess: 52,
  userauthBanner: 53,
  /** SSH_MSG_USERAUTH_INFO_REQUEST, and other things by the request that it answers. */
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

/** Reads the fields of a message in turn (RFC 4251 §5); undefined where it is too short. */
export class Fields {
  readonly #message: Buffer;
  #at = 1;

  constructor(bytes: Buffer) {
    this.#message = bytes;
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
