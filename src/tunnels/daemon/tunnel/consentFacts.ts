// The resolved facts of a tunnel that a person consents to, and the hash by which the daemon recognizes them.
import { consentSubject } from '../../config/consentSubject';
import type { EffectiveHost } from '../../ssh/config/effectiveHost';
import type { ResolvedFacts } from '../protocol/protocol';
import type { TunnelSpec } from './resolveHops';
import { digest } from './tunnelIdentity';

/** The facts that a person is asked to consent to. */
export function consentFacts({ definition }: TunnelSpec, hops: readonly EffectiveHost[]): ResolvedFacts {
  const resolved = hops.map(({ hostName, user, port, proxyCommand }) => ({
    hostName,
    user,
    port,
    ...(proxyCommand === undefined ? {} : { proxyCommand }),
  }));
  return { hops: resolved, hash: digest({ hops: resolved, subject: consentSubject(definition) }) };
}
