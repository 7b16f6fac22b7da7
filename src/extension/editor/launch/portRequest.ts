// Which tunnel, and which port of it, somebody means in launch.json, tasks.json or a setting of another extension; and
// which one that is.
import { TunnelFailure } from '../../../tunnels/errors/errors';
import { invalidDefinition } from '../../../tunnels/errors/consent';
import type { ForwardSnapshot, TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { isRecord, quote } from '../../../tunnels/util/text';
import { theOnly, tunnelsNamed } from '../../tunnels/findTunnel';

/** The key of a launch configuration. */
export const debugKey = 'sshTunnel';

export interface PortRequest {
  /** A name or an id; or with the label of a forward behind a slash. */
  readonly tunnel: string;
  /** The label of one of its forwards; undefined: the one behind the slash, else the only one it has. */
  readonly forward?: string;
  /** The name of the workspace folder that wins where several define the tunnel. */
  readonly folder?: string;
}

export interface Requested {
  readonly tunnel: TunnelSnapshot;
  /** A label. */
  readonly forward: string | undefined;
}

const toTellApart = 'Use its id; or, in the arguments of a variable, say whose it is by "folder".';
const example = '{ "tunnel": "staging", "forward": "Database" }';

/**
 * Reads the argument of a variable: an object, `"staging"`, `"staging/Database"`, or the launch configuration that
 * `${command:…}` hands over.
 * @throws TunnelFailure InvalidDefinition
 */
export function readPortRequest(argument: unknown): PortRequest {
  if (typeof argument === 'string' && argument !== '') {
    return { tunnel: argument };
  }
  if (!isRecord(argument)) {
    throw unclear(`Say which tunnel you mean: as "args" of an input, ${example}.`);
  }
  const named = argument['tunnel'] ?? argument[debugKey];
  if (isRecord(named)) {
    return readPortRequest(named);
  }
  if (typeof named !== 'string' || named === '') {
    const where =
      'tunnel' in argument
        ? '"tunnel"'
        : `"tunnel" in the arguments, or "${debugKey}" in the launch configuration`;
    throw unclear(`Say which tunnel you mean by ${where}, as in ${example}.`);
  }
  const { forward, folder } = argument;
  if (forward !== undefined && typeof forward !== 'string') {
    throw unclear(`"forward" must be the label of a forward, as in ${example}.`);
  }
  return {
    tunnel: named,
    ...(forward === undefined ? {} : { forward }),
    ...(typeof folder === 'string' ? { folder } : {}),
  };
}

/**
 * @param nearest the folder that wins where the request names none; undefined: no folder is any nearer than another
 * @throws TunnelFailure InvalidDefinition
 */
export function findRequested(
  { tunnel: reference, forward, folder }: PortRequest,
  tunnels: readonly TunnelSnapshot[],
  nearest: string | undefined,
): Requested {
  const [name, label] = nameIn(reference, tunnels);
  const candidates = tunnelsNamed(name, tunnels, folder ?? nearest);
  if (folder !== undefined && candidates.every((found) => found.folder !== folder)) {
    throw unclear(`The folder ${quote(folder)} has no tunnel ${quote(name)}.`);
  }
  return { tunnel: theOnly(name, candidates, toTellApart), forward: forward ?? label };
}

/** What is before the first slash; but an id may hold slashes of its own, by the folder in it. */
function nameIn(
  reference: string,
  tunnels: readonly TunnelSnapshot[],
): readonly [name: string, label: string | undefined] {
  const isKnown = (name: string): boolean => tunnelsNamed(name, tunnels).length > 0;
  if (isKnown(reference) || !reference.includes('/')) {
    return [reference, undefined];
  }
  const splits = [...reference.matchAll(/\//g)].map(
    ({ index }) => [reference.slice(0, index), reference.slice(index + 1)] as const,
  );
  return splits.find(([name]) => isKnown(name)) ?? splits[0] ?? [reference, undefined];
}

/** The forward of that label. @throws TunnelFailure InvalidDefinition */
export function namedForward({ name, forwards }: TunnelSnapshot, label: string): ForwardSnapshot {
  const found = forwards.find(({ forward }) => forward.label === label);
  if (!found) {
    const labels = labelsOf(forwards);
    throw unclear(
      labels === ''
        ? `The tunnel ${quote(name)} has no forward ${quote(label)}.`
        : `The tunnel ${quote(name)} has no forward ${quote(label)}, only ${labels}.`,
    );
  }
  return found;
}

/**
 * What can't be given is no reason to start a tunnel: to be asked before. An entry that can't be understood, and so has
 * no forwards, is its own reason.
 * @throws TunnelFailure InvalidDefinition
 */
export function checkForward({ tunnel, forward }: Requested, needs: 'address' | 'any'): void {
  if (tunnel.entry && needs === 'address') {
    forwardOf(tunnel, forward);
  } else if (tunnel.entry && forward !== undefined) {
    namedForward(tunnel, forward);
  }
}

function labelsOf(forwards: readonly ForwardSnapshot[]): string {
  return forwards.map(({ forward }) => quote(forward.label)).join(', ');
}

/** The forward of a tunnel whose port is asked for. @throws TunnelFailure InvalidDefinition */
export function forwardOf(tunnel: TunnelSnapshot, label: string | undefined): ForwardSnapshot {
  if (label !== undefined) {
    const found = namedForward(tunnel, label);
    if (found.forward.kind === 'remote') {
      throw unclear(
        `${quote(label)} of ${quote(tunnel.name)} is a remote forward: its port is the server's.`,
      );
    }
    return found;
  }
  const here = tunnel.forwards.filter(({ forward }) => forward.kind !== 'remote');
  const [first, ...others] = here;
  if (!first) {
    throw unclear(`The tunnel ${quote(tunnel.name)} has no port on this machine.`);
  }
  if (others.length > 0) {
    throw unclear(
      `The tunnel ${quote(tunnel.name)} has several ports: say which "forward" of ${labelsOf(here)}.`,
    );
  }
  return first;
}

function unclear(message: string): TunnelFailure {
  return new TunnelFailure(invalidDefinition(message, 'The Tunnels view shows the names and labels.'));
}
