// What of a definition a person has to agree to: everything but labels, descriptions, protocols and time-outs.
import { formatAddress } from '../util/address';
import { isForPrograms } from './definition';
import type { TunnelDefinition, TunnelEntry } from './definition';
import { formatListen, forwardTarget, isWideBind } from './forward';

/** The same text for two definitions that need no second consent. */
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
        forward.env ?? null,
        forward.ifPortBusy,
      ];
    }),
    x11Programs,
    compression: options.compression,
    exitOnForwardFailure: options.exitOnForwardFailure,
    reconnect,
  });
}

/** Whether it opens something beyond the loopback of a machine: confirmed once wherever the tunnel comes from. */
export function opensWide(definition: TunnelDefinition): boolean {
  return definition.forwards.some(({ listen }) => isWideBind(listen));
}

/** As consentSubject(), with when it is to start: somebody else's word, where it stands in a project. */
export function entrySubject({ definition, autoStart }: TunnelEntry): string {
  const start = isForPrograms(definition) ? 'for a program' : autoStart;
  return JSON.stringify([consentSubject(definition), start]);
}
