// Hints about the port of a forward, shown before it fails.
import { deferred as l10n } from '../util/l10n';
import type { Message } from '../util/l10n';
import type { Forward } from './forward';

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** How this machine's system treats ports. */
export interface PortFacts {
  /** Lower ports need privileges that this user doesn't have; 0: none does. */
  readonly unprivilegedFrom: number;
  /** The ephemeral ports, which programs get when they ask for any free port. */
  readonly handedOut: PortRange;
}

/** Hints as sentences; none is an error. There are none for ports on the server. */
export function portHints({ kind, listen }: Forward, facts: PortFacts): readonly Message[] {
  if (kind === 'remote' || 'path' in listen || listen.port === 0) {
    return [];
  }
  const { port } = listen;
  const { unprivilegedFrom, handedOut } = facts;
  if (port < unprivilegedFrom) {
    return [
      l10n.t("Port {port} needs privileges that you don't have. Use port {lowest} or above.", {
        port,
        lowest: unprivilegedFrom,
      }),
    ];
  }
  if (port >= handedOut.from && port <= handedOut.to) {
    return [
      l10n.t(
        'Port {port} is in the range that the system assigns to programs ({from} to {to}), so it may be in use at times.',
        { port, from: handedOut.from, to: handedOut.to },
      ),
    ];
  }
  return [];
}
