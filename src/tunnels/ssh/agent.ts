// Keys of an SSH agent, each offered by itself: ssh2's own agent method tries them all in one step, and then cannot
// say which, nor go on after a partial success.
import { BaseAgent, createAgent } from 'ssh2';
import type { IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';

export interface AgentKey {
  /** Public key as an SSH wire blob. */
  readonly blob: Buffer;
  readonly name: string;
  readonly agent: BaseAgent;
}

/** An agent that holds one key of another. */
class OneKeyAgent extends BaseAgent {
  readonly #agent: BaseAgent;
  readonly #key: ParsedKey;

  constructor(agent: BaseAgent, key: ParsedKey) {
    super();
    this.#agent = agent;
    this.#key = key;
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(undefined, [this.#key]);
  }

  override sign(
    key: ParsedKey | Buffer | string,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    if (typeof options === 'function') {
      this.#agent.sign(key, data, options);
    } else {
      this.#agent.sign(key, data, options, callback);
    }
  }
}

/**
 * Lists an agent's keys.
 * @param path its Unix socket or named pipe
 * @throws Error when the agent can't be reached or does not answer within 5 s
 */
export function listAgentKeys(path: string): Promise<AgentKey[]> {
  const agent = createAgent(path);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the agent did not answer')), 5000);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error) {
        reject(error);
        return;
      }
      resolve((keys ?? []).flatMap((key) => describeKey(agent, key)));
    });
  });
}

function describeKey(agent: BaseAgent, key: unknown): AgentKey[] {
  if (!isParsedKey(key)) {
    return [];
  }
  return [
    {
      blob: key.getPublicSSH(),
      name: `${key.comment || key.type} (agent)`,
      agent: new OneKeyAgent(agent, key),
    },
  ];
}

function isParsedKey(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'getPublicSSH' in key;
}
