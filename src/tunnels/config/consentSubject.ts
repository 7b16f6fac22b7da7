// What of a tunnel needs the user's consent, as a key: equal keys need only one consent.
import { formatAddress } from '../util/address';
import { untranslated } from '../util/l10n';
import { formatListen, forwardTarget } from './forward';
import type { TunnelDefinition, TunnelEntry } from './definition';
import { isForPrograms } from './definition';
import { variableSubject } from './variableNames';

/**
 * Consent key: equal keys need only one consent. All of the definition needs it, except labels, descriptions, time-outs,
 * and protocols that are in no variable.
 */
export function consentSubject(definition: TunnelDefinition): string {
  const { destination, proxyJump, forwards, x11Programs, options, reconnect } = definition;
  return JSON.stringify({
    destination,
    proxyJump,
    forwards: forwards.map((forward) => {
      const target = forwardTarget(forward);
      return [
        forward.kind,
        formatListen(forward.listen),
        target ? formatAddress(target) : null,
        forward.env === undefined ? null : variableSubject(forward.env, forward.protocol),
        forward.ifPortBusy,
      ];
    }),
    x11Programs,
    compression: options.compression,
    exitOnForwardFailure: options.exitOnForwardFailure,
    reconnect,
  });
}

/** As consentSubject(), and also when the tunnel starts, which a project decides for its users. */
export function entrySubject({ definition, autoStart }: TunnelEntry): string {
  const start = isForPrograms(definition) ? untranslated`for a program` : autoStart;
  return JSON.stringify([consentSubject(definition), start]);
}
