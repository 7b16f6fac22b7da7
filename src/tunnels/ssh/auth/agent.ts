// Client for an SSH agent (draft-miller-ssh-agent): lists its keys and lets it sign. Includes certificates and security
// keys, which ssh2's own agent client skips. ssh2 only opens the connection.
import { createAgent } from 'ssh2';
import type { Duplex } from 'node:stream';
import { variable } from '../../util/environment';
import type { Environment } from '../../util/environment';
import { keyType } from '../keys/publicKey';
import { uint32, WireReader, wireString } from '../keys/wire';

export interface AgentKey {
  /** A public key or a certificate. */
  readonly blob: Buffer;
  readonly comment: string;
}

const message = {
  failure: 5,
  requestIdentities: 11,
  identitiesAnswer: 12,
  signRequest: 13,
  signResponse: 14,
};
const signFlags: ReadonlyMap<string, number> = new Map([
  ['rsa-sha2-256', 2],
  ['rsa-sha2-512', 4],
]);

/** Bytes, as in OpenSSH's agent. */
const maxMessageLength = 256 * 1024;
const listTimeoutMs = 5000;
/** The agent may ask the user before it signs, or wait for a touch. */
const signTimeoutMs = 120_000;

/** The named pipe of the agent service of Windows. */
export const windowsPipe = String.raw`\\.\pipe\openssh-ssh-agent`;

/**
 * The path of the agent's socket, from IdentityAgent and SSH_AUTH_SOCK. undefined: there is no agent.
 * @param identityAgent a path, `SSH_AUTH_SOCK`, `$NAME` or `none`. undefined: not set
 */
export function agentSocket(
  identityAgent: string | undefined,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const name = /^\$(\w+)$/.exec(identityAgent ?? '$SSH_AUTH_SOCK')?.[1];
  if (name === undefined && identityAgent !== 'SSH_AUTH_SOCK') {
    return identityAgent === '' || identityAgent?.toLowerCase() === 'none' ? undefined : identityAgent;
  }
  const named = variable(env, name ?? 'SSH_AUTH_SOCK', platform);
  if (named !== undefined && named !== '') {
    return named;
  }
  return platform === 'win32' && identityAgent === undefined ? windowsPipe : undefined;
}

export class Agent {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** @throws Error when it can't be connected to, does not answer within 5 s, or is locked */
  async list(): Promise<AgentKey[]> {
    const answer = await this.#request(
      Buffer.of(message.requestIdentities),
      message.identitiesAnswer,
      listTimeoutMs,
    );
    const count = answer.uint32();
    // Don't preallocate by the count: it is unverified, whereas each key has to be present in the answer.
    const keys: AgentKey[] = [];
    while (keys.length < count) {
      keys.push({ blob: Buffer.from(answer.string()), comment: answer.text() });
    }
    return keys;
  }

  /**
   * @param algorithm the plain algorithm, without a certificate
   * @returns the signature, which begins with the name of its algorithm
   * @throws Error when it refuses, or signs with another algorithm
   */
  async sign(blob: Buffer, data: Buffer, algorithm: string): Promise<Buffer> {
    const request = Buffer.concat([
      Buffer.of(message.signRequest),
      wireString(blob),
      wireString(data),
      uint32(signFlags.get(algorithm) ?? 0),
    ]);
    const signature = (await this.#request(request, message.signResponse, signTimeoutMs)).string();
    if (keyType(signature) !== algorithm) {
      throw new Error(`the agent signed with ${keyType(signature)} instead of ${algorithm}`);
    }
    return Buffer.from(signature);
  }

  async #request(request: Buffer, expected: number, timeoutMs: number): Promise<WireReader> {
    const stream = await this.#connect();
    try {
      const answer = await exchange(stream, wireString(request), timeoutMs);
      const reader = new WireReader(answer);
      const kind = reader.byte();
      if (kind !== expected) {
        throw new Error(
          kind === message.failure
            ? 'the agent refused the request'
            : `the agent sent the unexpected message ${kind}`,
        );
      }
      return reader;
    } finally {
      stream.destroy();
    }
  }

  #connect(): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("can't connect to the agent")), listTimeoutMs);
      const agent = createAgent(this.path);
      if (!agent.getStream) {
        clearTimeout(timer);
        reject(new Error('this kind of agent is not supported'));
        return;
      }
      agent.getStream((error, stream) => {
        clearTimeout(timer);
        if (error || !stream) {
          reject(error ?? new Error("can't connect to the agent"));
        } else {
          resolve(stream);
        }
      });
    });
  }
}

/** Sends one message and resolves to the answer. */
function exchange(stream: Duplex, packet: Buffer, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const end = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => end(new Error('the agent did not answer')), timeoutMs);
    stream.on('error', end);
    stream.once('close', () => end(new Error('the agent closed the connection')));
    stream.once('end', () => end(new Error('the agent closed the connection')));
    stream.on('data', (data: Buffer) => {
      received = Buffer.concat([received, data]);
      const length = received.length < 4 ? undefined : received.readUInt32BE(0);
      if (length === 0 || (length ?? 0) > maxMessageLength) {
        end(new Error('the program that answers is not an SSH agent'));
      } else if (length !== undefined && received.length >= 4 + length) {
        clearTimeout(timer);
        resolve(received.subarray(4, 4 + length));
      }
    });
    stream.write(packet);
  });
}
