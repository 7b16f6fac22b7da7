// What protects a session since its last key exchange: for the log, as `ssh -v` tells it, and for Details.
import type { NegotiatedAlgorithms } from 'ssh2';
import type { DirectionProtection, HopProtection, PostQuantum } from '../../model/protection';
import type { HostConfig } from '../config/hostConfig';
import { isPostQuantum } from '../transport/keyExchange/hybridKexNames';
import type { SessionParts } from './sessionParts';

type Parts = Pick<SessionParts, 'host' | 'who' | 'hostKey' | 'jumpProtection' | 'login' | 'log'>;

export class SessionProtection {
  readonly #parts: Parts;
  #last: NegotiatedAlgorithms | undefined;
  #lastLine = '';

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Call it at the end of each key exchange. Logs what has changed. */
  adopt(negotiated: NegotiatedAlgorithms): void {
    const last = this.#last;
    this.#last = negotiated;
    const { log, who, host } = this.#parts;
    const hostKey = this.#parts.hostKey()?.algorithm ?? negotiated.serverHostKey;
    const line = describe(negotiated, hostKey);
    if (line !== this.#lastLine) {
      this.#lastLine = line;
      log.debug(line);
    }
    const reason = warnings[postQuantumOf(negotiated.kex, host)];
    if (reason !== undefined && negotiated.kex !== last?.kex) {
      // ssh says so without -v, too, since version 10.1.
      log.info(
        `${who}: the key exchange ${negotiated.kex} is not post-quantum: whoever records this session may decrypt it later. ${reason}`,
      );
    }
  }

  /** Of the jump hosts and of this session, in the order of connecting. Empty before the first key exchange. */
  get hops(): readonly HopProtection[] {
    if (!this.#last) {
      return [];
    }
    const { host, who, hostKey, jumpProtection, login } = this.#parts;
    const { kex, cs, sc } = this.#last;
    const own = {
      who,
      kex,
      postQuantum: postQuantumOf(kex, host),
      hostKey: hostKey(),
      login: login.progress.succeededWith,
      sent: direction(cs),
      received: direction(sc),
    };
    return [...jumpProtection(), own];
  }
}

/** Without those of which nothing is said. */
const warnings: Partial<Record<PostQuantum, string>> = {
  server: 'The server may need to be upgraded.',
  config: 'KexAlgorithms in your SSH config allows no other.',
};

/** As ssh_kex2() of OpenSSH's sshconnect2.c, since version 10.1. */
function postQuantumOf(
  kex: string,
  { kexAlgorithms, kexAlgorithmsExtendDefault, warnWeakCrypto }: HostConfig,
): PostQuantum {
  if (isPostQuantum(kex)) {
    return 'yes';
  }
  if (!warnWeakCrypto) {
    return 'accepted';
  }
  const excluded = kexAlgorithms?.some(isPostQuantum) === false && !kexAlgorithmsExtendDefault;
  return excluded ? 'config' : 'server';
}

function direction({ cipher, mac, compress }: NegotiatedAlgorithms['cs']): DirectionProtection {
  return { cipher, mac, compression: compress };
}

function describe({ kex, cs, sc }: NegotiatedAlgorithms, hostKey: string): string {
  // AES-GCM and ChaCha20-Poly1305 have their own integrity check.
  const each = ({ cipher, mac, compress }: NegotiatedAlgorithms['cs']): string =>
    `cipher ${cipher}, MAC ${mac || 'implicit'}, compression ${compress}`;
  const kind = isPostQuantum(kex) ? 'post-quantum' : 'not post-quantum';
  return `Key exchange ${kex} (${kind}), host key ${hostKey}; to the server: ${each(cs)}; from it: ${each(sc)}`;
}
