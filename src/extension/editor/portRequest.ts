// Which tunnel, and which port of it, somebody means in launch.json, tasks.json or a setting of another extension; and
// which one that is.
import { TunnelFailure } from '../../tunnels/model/errors';
import { invalidDefinition } from '../../tunnels/model/failures/permission';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { isRecord, quote } from '../../tunnels/model/text';
import { findTunnel, tunnelsNamed } from '../names';

/** The key of a launch configuration. */
export const debugKey = 'sshTunnel';

export interface PortRequest {
  /** A name or an id. */
  readonly tunnel: string;
  /** The label of one of its forwards; undefined: the only one it has. */
  readonly forward?: string;
  /** The name of the workspace folder that wins where several define the tunnel. */
  readonly folder?: string;
}

const example = '{ "tunnel": "staging", "forward": "Database" }';

/**
 * Reads the argument of a variable: an object, `"staging"`, `"staging/Database"`, or the launch configuration that
 * `${command:…}` hands over.
 * @throws TunnelFailure InvalidDefinition
 */
export function readPortRequest(argument: unknown): PortRequest {
  if (typeof argument === 'string' && argument !== '') {
    return splitReference(argument);
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
    ...splitReference(named),
    ...(forward === undefined ? {} : { forward }),
    ...(typeof folder === 'string' ? { folder } : {}),
  };
}

/** A name holds no slash, a label may: what is before the first slash is the tunnel. */
function splitReference(text: string): PortRequest {
  const slash = text.indexOf('/');
  return slash < 0 ? { tunnel: text } : { tunnel: text.slice(0, slash), forward: text.slice(slash + 1) };
}

/** @param nearest the folder that wins where the request names none @throws TunnelFailure InvalidDefinition */
export function findRequested(
  { tunnel, folder }: PortRequest,
  tunnels: readonly TunnelSnapshot[],
  nearest: string | undefined,
): TunnelSnapshot {
  if (
    folder !== undefined &&
    tunnelsNamed(tunnel, tunnels, folder).every((found) => found.folder !== folder)
  ) {
    throw unclear(`The folder ${quote(folder)} has no tunnel ${quote(tunnel)}.`);
  }
  return findTunnel(tunnel, tunnels, folder ?? nearest);
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
