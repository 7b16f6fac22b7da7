// SSH_MSG_DISCONNECT (RFC 4253 §11.1). ssh2 reports none with the reason 11 (by application), whose text is often the
// only explanation.
import { readable } from '../../util/untrustedText';

export interface DisconnectMessage {
  readonly reason: number;
  /** On one line; "": the server says nothing. */
  readonly text: string;
}

/** RFC 4253 §11.1. */
export const disconnectReason = { connectionLost: 10, tooManyConnections: 12 } as const;

/** @param bytes the whole message. What is cut off or malformed is left out */
export function readDisconnect(bytes: Buffer): DisconnectMessage {
  const [reason, length] = [1, 5].map((at) => (bytes.length >= at + 4 ? bytes.readUInt32BE(at) : 0));
  const text = bytes.toString('utf8', 9, Math.min(bytes.length, 9 + (length ?? 0)));
  return { reason: reason ?? 0, text: readable(text.replaceAll(/\s+/g, ' ').trim()) };
}
