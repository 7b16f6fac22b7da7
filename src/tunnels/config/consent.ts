// The parts of a definition that need consent: all except labels, descriptions, protocols and time-outs.
import { formatAddress } from '../util/address';
import { isForPrograms } from './definition';
import type { TunnelDefinition, TunnelEntry } from './definition';
import { formatListen, forwardTarget, isWideBind } from './forward';

/** Consent key: equal keys need only one consent. */
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

/** Whether it listens beyond loopback: the user confirms that once, whatever the origin of the tunnel. */
export function opensWide(definition: TunnelDefinition): boolean {
  return definition.forwards.some(({ listen }) => isWideBind(listen));
}

/** As consentSubject(), and also when the tunnel starts, which a project decides for its users. */
export function entrySubject({ definition, autoStart }: TunnelEntry): string {
  const start = isForPrograms(definition) ? 'for a program' : autoStart;
  return JSON.stringify([consentSubject(definition), start]);
}
