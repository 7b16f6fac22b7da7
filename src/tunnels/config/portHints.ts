// What is remarkable about the port that a forward listens on, told before it fails.
import type { Forward } from './forward';

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** What this machine says of its ports. */
export interface PortFacts {
  /** Ports below it need privileges that this user has not; 0: none does. */
  readonly unprivilegedFrom: number;
  /** From which programs get a port when they ask for any. */
  readonly handedOut: PortRange;
}

/** Sentences; none is an error. Of a forward that listens on the server, there is nothing to say. */
export function portHints({ kind, listen }: Forward, facts: PortFacts): readonly string[] {
  if (kind === 'remote' || 'path' in listen || listen.port === 0) {
    return [];
  }
  const { port } = listen;
  const { unprivilegedFrom, handedOut } = facts;
  if (port < unprivilegedFrom) {
    return [
      `Port ${port} needs privileges here: this user may listen on ports from ${unprivilegedFrom} upwards. Pick one of those.`,
    ];
  }
  if (port >= handedOut.from && port <= handedOut.to) {
    return [
      `Port ${port} is in the range that the system hands out to other programs (${handedOut.from} to ${handedOut.to}): it may be taken at times.`,
    ];
  }
  return [];
}
