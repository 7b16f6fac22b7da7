// Finds out whether ssh has a master at a ControlPath that is logged in (ControlMaster in ssh_config(5)).
import { lstat } from 'node:fs/promises';
import { connect } from 'node:net';
import { WireReader } from '../keys/wire';

/** OpenSSH's PROTOCOL.mux §11. */
const message = { hello: 0x00000001, aliveCheck: 0x10000004, alive: 0x80000005 } as const;
const version = 4;
const requestId = 0;
/** A master answers at once: the person waits for an error. */
const timeoutMs = 500;
const maxReplyLength = 1024;

/**
 * Whether a master of this user answers there. Asks it for nothing but that, which no ControlMaster "ask" shows to the
 * person (mux_master_process_alive_check() in OpenSSH's mux.c). Never rejects.
 */
export async function isMasterAlive(controlPath: string): Promise<boolean> {
  if (!(await isOwnSocket(controlPath))) {
    return false;
  }
  return new Promise((resolve) => {
    const socket = connect(controlPath);
    let received = Buffer.alloc(0);
    const settle = (alive: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(alive);
    };
    const timer = setTimeout(() => settle(false), timeoutMs);
    socket.on('error', () => settle(false));
    socket.on('close', () => settle(false));
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      const answer = aliveAnswer(received);
      if (answer !== undefined || received.length > maxReplyLength) {
        settle(answer ?? false);
      }
    });
    socket.write(Buffer.concat([packet(message.hello, version), packet(message.aliveCheck, requestId)]));
  });
}

/** As ssh makes it: a socket that only its owner can use. */
async function isOwnSocket(path: string): Promise<boolean> {
  const facts = await lstat(path).catch(() => undefined);
  return facts?.isSocket() === true && facts.uid === process.getuid?.() && (facts.mode & 0o077) === 0;
}

function packet(...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * (words.length + 1));
  [4 * words.length, ...words].forEach((word, at) => bytes.writeUInt32BE(word, 4 * at));
  return bytes;
}

/** undefined: the answer is not complete. */
function aliveAnswer(received: Buffer): boolean | undefined {
  try {
    const reader = new WireReader(received);
    const hello = new WireReader(reader.string());
    if (hello.uint32() !== message.hello || hello.uint32() !== version) {
      return false;
    }
    const answer = new WireReader(reader.string());
    return answer.uint32() === message.alive && answer.uint32() === requestId;
  } catch {
    return undefined;
  }
}
