// Client for an SSH agent (draft-miller-ssh-agent): lists its keys and lets it sign. Includes certificates and security
// keys, which ssh2's own agent client skips, and keys that are limited to some destinations.
import { variable } from '../../util/environment';
import type { Environment } from '../../util/environment';
import { driveOrNetworkPath } from '../config/windowsPaths';
import { keyType } from '../keys/publicKey';
import { uint32, wireString } from '../keys/wire';
import { AgentConnection, AgentError } from './agentConnection';
import type { SessionBinding } from './sessionBinding';

export interface AgentKey {
  /** A public key or a certificate. */
  readonly blob: Buffer;
  readonly comment: string;
}

export interface AgentKeys {
  /** The keys that it lets sign in to this server. */
  readonly usable: readonly AgentKey[];
  /** The others: `ssh-add -h` limits them to other destinations. */
  readonly elsewhere: readonly AgentKey[];
}

const message = {
  success: 6,
  requestIdentities: 11,
  identitiesAnswer: 12,
  signRequest: 13,
  signResponse: 14,
  extension: 27,
};
const signFlags: ReadonlyMap<string, number> = new Map([
  ['rsa-sha2-256', 2],
  ['rsa-sha2-512', 4],
]);

const answerTimeoutMs = 5000;

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
    return (platform === 'win32' ? driveOrNetworkPath(named) : undefined) ?? named;
  }
  return platform === 'win32' && identityAgent === undefined ? windowsPipe : undefined;
}

/** An agent during one login. All requests use one connection, which is bound to the SSH session. */
export class Agent implements Disposable {
  readonly path: string;
  readonly #binding: SessionBinding | undefined;
  #connection: AgentConnection | undefined;
  /** Whether it supports `session-bind@openssh.com` and has accepted it. */
  #isBound = false;

  /** @param binding the session that its keys are for. undefined: its keys are only listed */
  constructor(path: string, binding?: SessionBinding) {
    this.path = path;
    this.#binding = binding;
  }

  /** Whether it knows about destinations, and the last connection was bound to the session. */
  get isBound(): boolean {
    return this.#isBound;
  }

  get isConnected(): boolean {
    return this.#connection?.isOpen === true;
  }

  /**
   * Binds it to the session and lists its keys, like get_agent_identities() in OpenSSH's sshconnect2.c.
   * @throws Error when it can't be connected to, does not answer within 5 s, or refuses
   */
  async list(): Promise<AgentKeys> {
    // Once it is bound, an agent lists only the keys that it permits for this server.
    this.#connection = await AgentConnection.open(this.path);
    const all = await this.#identities(this.#connection);
    this.#isBound = await this.#bind(this.#connection);
    const usable = this.#isBound ? await this.#identities(this.#connection) : all;
    return { usable, elsewhere: all.filter(({ blob }) => !holds(usable, blob)) };
  }

  /**
   * Waits as long as the agent does: it may ask its user, or wait for a touch. Ended by dispose().
   * @param algorithm the plain algorithm, without a certificate
   * @returns the signature, which begins with the name of its algorithm
   * @throws AgentError
   */
  async sign(blob: Buffer, data: Buffer, algorithm: string): Promise<Buffer> {
    const connection = await this.#connected();
    const request = Buffer.concat([
      Buffer.of(message.signRequest),
      wireString(blob),
      wireString(data),
      uint32(signFlags.get(algorithm) ?? 0),
    ]);
    let signature: Buffer;
    try {
      const answer = await connection.request(request, message.signResponse, undefined);
      signature = Buffer.from(answer.string());
    } catch (error) {
      throw error instanceof AgentError && error.fault === 'refused'
        ? await this.#whyRefused(connection, blob)
        : error;
    }
    if (keyType(signature) !== algorithm) {
      throw new AgentError('algorithm', `it signed with ${keyType(signature)} instead of ${algorithm}`);
    }
    return signature;
  }

  [Symbol.dispose](): void {
    this.#connection?.[Symbol.dispose]();
  }

  /** The connection so far. If the agent has closed it, a new one, bound in the same way. */
  async #connected(): Promise<AgentConnection> {
    if (this.#connection?.isOpen === true) {
      return this.#connection;
    }
    this.#connection = await AgentConnection.open(this.path);
    if (this.#isBound) {
      this.#isBound = await this.#bind(this.#connection);
    }
    return this.#connection;
  }

  /** OpenSSH PROTOCOL.agent §1. @returns whether the agent supports it. Most others don't, which is no error */
  async #bind(connection: AgentConnection): Promise<boolean> {
    if (!this.#binding) {
      return false;
    }
    const { hostKey, sessionId, signature } = this.#binding;
    const request = Buffer.concat([
      Buffer.of(message.extension),
      ...['session-bind@openssh.com', hostKey, sessionId, signature].map(wireString),
      // Not for the forwarding of the agent.
      Buffer.of(0),
    ]);
    try {
      await connection.request(request, message.success, answerTimeoutMs);
      return true;
    } catch {
      return false;
    }
  }

  async #identities(connection: AgentConnection): Promise<readonly AgentKey[]> {
    const request = Buffer.of(message.requestIdentities);
    const answer = await connection.request(request, message.identitiesAnswer, answerTimeoutMs);
    const count = answer.uint32();
    // Don't preallocate by the count: it is unverified, whereas each key has to be present in the answer.
    const keys: AgentKey[] = [];
    while (keys.length < count) {
      keys.push({ blob: Buffer.from(answer.string()), comment: answer.text() });
    }
    return keys;
  }

  /** The protocol has one answer for all reasons. But a locked agent lists no keys. */
  async #whyRefused(connection: AgentConnection, blob: Buffer): Promise<AgentError> {
    try {
      return holds(await this.#identities(connection), blob)
        ? new AgentError('refused', 'the agent refused to sign')
        : new AgentError('missing', 'the agent no longer has the key, or is locked');
    } catch (error) {
      return error instanceof AgentError && error.fault === 'gone'
        ? error
        : new AgentError('refused', 'the agent refused to sign');
    }
  }
}

function holds(keys: readonly AgentKey[], blob: Buffer): boolean {
  return keys.some((key) => key.blob.equals(blob));
}
