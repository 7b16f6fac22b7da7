// Speaks to an SSH agent (draft-miller-ssh-agent): lists its keys, certificates and security keys among them, which
// ssh2's own agent passes over, and lets it sign. ssh2 only makes the connection.
import { createAgent } from 'ssh2';
import type { Duplex } from 'node:stream';
import { variable } from '../../util/environment';
import type { Environment } from '../../util/environment';
import { keyType } from '../hostKeys/knownHosts';
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

/** As OpenSSH's agents have it: bytes. */
const maxMessage = 256 * 1024;
const listTimeout = 5000;
/** An agent may ask a person before it signs, or wait for a touch. */
const signTimeout = 120_000;

/** Windows' own agent service listens here. */
export const windowsPipe = String.raw`\\.\pipe\openssh-ssh-agent`;

/**
 * Where the agent listens, by IdentityAgent and SSH_AUTH_SOCK; undefined: there is none.
 * @param identityAgent a path, `SSH_AUTH_SOCK`, `$NAME`, `none`; undefined: not said
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

  /** @throws Error when it can't be reached, does not answer within 5 s, or is locked */
  async list(): Promise<AgentKey[]> {
    const answer = await this.#ask(
      Buffer.of(message.requestIdentities),
      message.identitiesAnswer,
      listTimeout,
    );
    const count = answer.uint32();
    // Not by the count: it is the agent's word, and each key takes its bytes.
    const keys: AgentKey[] = [];
    while (keys.length < count) {
      keys.push({ blob: Buffer.from(answer.string()), comment: answer.text() });
    }
    return keys;
  }

  /**
   * @param algorithm the plain one, without a certificate
   * @returns the signature with its algorithm in front
   * @throws Error when it refuses, or signs by another algorithm
   */
  async sign(blob: Buffer, data: Buffer, algorithm: string): Promise<Buffer> {
    const request = Buffer.concat([
      Buffer.of(message.signRequest),
      wireString(blob),
      wireString(data),
      uint32(signFlags.get(algorithm) ?? 0),
    ]);
    const signature = (await this.#ask(request, message.signResponse, signTimeout)).string();
    if (keyType(signature) !== algorithm) {
      throw new Error(`the agent signs by ${keyType(signature)} where ${algorithm} is needed`);
    }
    return Buffer.from(signature);
  }

  async #ask(request: Buffer, expected: number, milliseconds: number): Promise<WireReader> {
    const stream = await this.#connect();
    try {
      const answer = await exchange(stream, wireString(request), milliseconds);
      const reader = new WireReader(answer);
      const kind = reader.byte();
      if (kind !== expected) {
        throw new Error(kind === message.failure ? 'the agent refused' : `the agent answered ${kind}`);
      }
      return reader;
    } finally {
      stream.destroy();
    }
  }

  #connect(): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the agent cannot be reached')), listTimeout);
      const agent = createAgent(this.path);
      if (!agent.getStream) {
        clearTimeout(timer);
        reject(new Error('this kind of agent is not known'));
        return;
      }
      agent.getStream((error, stream) => {
        clearTimeout(timer);
        if (error || !stream) {
          reject(error ?? new Error('the agent cannot be reached'));
        } else {
          resolve(stream);
        }
      });
    });
  }
}

/** Sends one message, and resolves to the one that comes back. */
function exchange(stream: Duplex, packet: Buffer, milliseconds: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const end = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => end(new Error('the agent did not answer')), milliseconds);
    stream.on('error', end);
    stream.once('close', () => end(new Error('the agent hung up')));
    stream.once('end', () => end(new Error('the agent hung up')));
    stream.on('data', (data: Buffer) => {
      received = Buffer.concat([received, data]);
      const length = received.length < 4 ? undefined : received.readUInt32BE(0);
      if (length === 0 || (length ?? 0) > maxMessage) {
        end(new Error('what answers is not an agent'));
      } else if (length !== undefined && received.length >= 4 + length) {
        clearTimeout(timer);
        resolve(received.subarray(4, 4 + length));
      }
    });
    stream.write(packet);
  });
}
