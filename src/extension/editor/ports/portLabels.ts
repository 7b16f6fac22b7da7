// Labels for the Ports view: entries of `remote.portsAttributes`, added to the existing ones.
import type { TcpListen } from '../../../tunnels/config/forward';
import type { JsonChange } from '../../../tunnels/util/jsonPath';
import type { ForwardSnapshot, TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { isRecord } from '../../../tunnels/util/parsing';
import { plainText } from '../../../views/words/format';
import { isDefaultLabel, describeTarget } from '../../../views/words/forwardWords';

export interface PortLabel {
  readonly port: number;
  /** `staging: Database` */
  readonly label: string;
}

/**
 * Labels for all local ports that listen or are configured. If two forwards have the same port, the listening one wins.
 * For hosts of ssh_config, only listening ports get a label.
 */
export function portLabels(tunnels: readonly TunnelSnapshot[]): readonly PortLabel[] {
  const labels = new Map<number, string>();
  const add = (
    portOf: (forward: ForwardSnapshot) => number | undefined,
    of: readonly TunnelSnapshot[],
  ): void => {
    for (const tunnel of of) {
      for (const forward of tunnel.forwards.filter(({ forward: { kind } }) => kind !== 'remote')) {
        const port = portOf(forward);
        if (port !== undefined && !labels.has(port)) {
          labels.set(port, labelOf(tunnel, forward));
        }
      }
    }
  };
  add(listeningPort, tunnels);
  add(
    configuredPort,
    tunnels.filter(({ origin }) => origin !== 'sshConfig'),
  );
  return [...labels].map(([port, label]) => ({ port, label })).sort((a, b) => a.port - b.port);
}

function labelOf({ name }: TunnelSnapshot, { forward }: ForwardSnapshot): string {
  return plainText(`${name}: ${isDefaultLabel(forward) ? describeTarget(forward) : forward.label}`);
}

function listeningPort({ state }: ForwardSnapshot): number | undefined {
  const bound = state.status === 'listening' ? state.bound.find((address) => 'port' in address) : undefined;
  return bound && 'port' in bound ? bound.port : undefined;
}

function configuredPort({ forward: { listen } }: ForwardSnapshot): number | undefined {
  return 'port' in listen && listen.port > 0 ? listen.port : undefined;
}

/**
 * Without the ports that other programs hold: what the Ports view shows there isn't the tunnel.
 * @param isFree whether nothing listens on a port of this machine
 */
export async function withoutHeld(
  labels: readonly PortLabel[],
  tunnels: readonly TunnelSnapshot[],
  isFree: (listen: TcpListen) => Promise<boolean>,
): Promise<readonly PortLabel[]> {
  const ours = new Set(tunnels.flatMap(({ forwards }) => forwards.map(listeningPort)));
  const kept = await Promise.all(
    labels.map(async ({ port }) => ours.has(port) || isFree({ bind: undefined, port })),
  );
  return labels.filter((_, index) => kept[index]);
}

/** The setting with only these labels, for copying. */
export function labelsAlone(labels: readonly PortLabel[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(labels.map(({ port, label }) => [String(port), { label }]));
}

export interface LabelChange {
  /** Paths start inside the setting. */
  readonly forward: readonly JsonChange[];
  readonly back: readonly JsonChange[];
}

/** The changes that set these labels, and those that undo it. @param current the setting as written */
export function labelChange(current: unknown, labels: readonly PortLabel[]): LabelChange {
  if (!isRecord(current)) {
    return {
      forward: [{ path: [], value: labelsAlone(labels) }],
      back: [{ path: [], value: current }],
    };
  }
  const missing = labels
    .map(({ port, label }) => ({ key: String(port), label }))
    .filter(({ key, label }) => labelAt(current[key]) !== label);
  return {
    forward: missing.map(({ key, label }) =>
      isRecord(current[key]) ? { path: [key, 'label'], value: label } : { path: [key], value: { label } },
    ),
    back: missing.map(({ key }) => ({ path: [key], value: current[key] })),
  };
}

function labelAt(entry: unknown): unknown {
  return isRecord(entry) ? entry['label'] : undefined;
}
