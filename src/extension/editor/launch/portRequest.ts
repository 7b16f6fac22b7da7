// Reads which tunnel and forward an argument names (in launch.json, tasks.json or another extension's setting), and
// finds them.
import { TunnelFailure } from '../../../tunnels/errors/errors';
import { invalidDefinition } from '../../../tunnels/errors/definition';
import { deferred as l10n } from '../../../tunnels/util/l10n';
import type { Message } from '../../../tunnels/util/l10n';
import type { ForwardSnapshot, TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { isRecord } from '../../../tunnels/util/parsing';
import { joinShown, quote } from '../../../tunnels/util/shown';
import type { Shown } from '../../../tunnels/util/shown';
import { exactlyOne, splitsAtTunnels, tunnelsNamed } from '../../tunnels/findTunnel';
import { untranslated } from '../../../tunnels/util/l10n';

/** The key of a launch configuration. */
export const debugKey = 'sshTunnel';

export interface PortRequest {
  /** A name or id, optionally with a slash and the label of a forward. */
  readonly tunnel: string;
  /** The label of a forward; undefined: the one after the slash, or else the only forward. */
  readonly forward?: string;
  /** The name of the workspace folder that wins if several define the tunnel. */
  readonly folder?: string;
}

export interface Requested {
  readonly tunnel: TunnelSnapshot;
  /** The label of a forward. */
  readonly forward: string | undefined;
}

const example = untranslated`{ "tunnel": "staging", "forward": "Database" }`;

/**
 * Reads the argument of a variable: an object, `"staging"`, `"staging/Database"`, or the launch configuration that VS
 * Code passes for `${command:…}`.
 * @throws TunnelFailure InvalidDefinition
 */
export function readPortRequest(argument: unknown): PortRequest {
  if (typeof argument === 'string' && argument !== '') {
    return { tunnel: argument };
  }
  if (!isRecord(argument)) {
    throw invalidRequest(
      l10n.t('No tunnel given. Set "args" of the input, for example {example}.', { example }),
    );
  }
  const named = argument['tunnel'] ?? argument[debugKey];
  if (isRecord(named)) {
    return readPortRequest(named);
  }
  if (typeof named !== 'string' || named === '') {
    throw invalidRequest(
      'tunnel' in argument
        ? l10n.t('No tunnel given. Set "tunnel", for example {example}.', { example })
        : l10n.t(
            'No tunnel given. Set "tunnel" in the arguments, or "{key}" in the launch configuration, for example {example}.',
            { key: debugKey, example },
          ),
    );
  }
  const { forward, folder } = argument;
  if (forward !== undefined && typeof forward !== 'string') {
    throw invalidRequest(
      l10n.t('"forward" must be the label of a forward, for example {example}.', { example }),
    );
  }
  return {
    tunnel: named,
    ...(forward === undefined ? {} : { forward }),
    ...(typeof folder === 'string' ? { folder } : {}),
  };
}

/**
 * @param nearest the folder that wins if the request names none; undefined: all folders are equal
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
    throw invalidRequest(
      l10n.t('The folder {folder} has no tunnel {tunnel}.', { folder: quote(folder), tunnel: quote(name) }),
    );
  }
  const howToChoose = l10n.t('Use the id, or set "folder" in the arguments of the variable.');
  return { tunnel: exactlyOne(name, candidates, howToChoose), forward: forward ?? label };
}

/** Splits at the first slash, unless an id contains slashes itself (from its folder). */
function nameIn(
  reference: string,
  tunnels: readonly TunnelSnapshot[],
): readonly [name: string, label: string | undefined] {
  const slash = reference.indexOf('/');
  if (slash < 0 || tunnelsNamed(reference, tunnels).length > 0) {
    return [reference, undefined];
  }
  const [found] = splitsAtTunnels(reference, tunnels);
  return found ?? [reference.slice(0, slash), reference.slice(slash + 1)];
}

/** The forward of that label. @throws TunnelFailure InvalidDefinition */
export function namedForward({ name, forwards }: TunnelSnapshot, label: string): ForwardSnapshot {
  const found = forwards.find(({ forward }) => forward.label === label);
  if (!found) {
    const names = { tunnel: quote(name), forward: quote(label), labels: labelsOf(forwards) };
    throw invalidRequest(
      forwards.length === 0
        ? l10n.t('The tunnel {tunnel} has no forward {forward}.', names)
        : l10n.t('The tunnel {tunnel} has no forward {forward}, only {labels}.', names),
    );
  }
  return found;
}

/**
 * Checks that the forward exists, so that no tunnel is started for nothing. An invalid tunnel has no forwards; its
 * start reports the reason.
 * @throws TunnelFailure InvalidDefinition
 */
export function checkForward({ tunnel, forward }: Requested, needs: 'address' | 'any'): void {
  if (tunnel.entry && needs === 'address') {
    forwardOf(tunnel, forward);
  } else if (tunnel.entry && forward !== undefined) {
    namedForward(tunnel, forward);
  }
}

function labelsOf(forwards: readonly ForwardSnapshot[]): Shown {
  return joinShown(forwards.map(({ forward }) => quote(forward.label)));
}

/** The forward with that label, or the only local one. @throws TunnelFailure InvalidDefinition */
export function forwardOf(tunnel: TunnelSnapshot, label: string | undefined): ForwardSnapshot {
  if (label !== undefined) {
    const found = namedForward(tunnel, label);
    if (found.forward.kind === 'remote') {
      throw invalidRequest(
        l10n.t('{forward} of {tunnel} is a remote forward. Its port is on the server.', {
          forward: quote(label),
          tunnel: quote(tunnel.name),
        }),
      );
    }
    return found;
  }
  const local = tunnel.forwards.filter(({ forward }) => forward.kind !== 'remote');
  const [first, ...others] = local;
  if (!first) {
    throw invalidRequest(
      l10n.t('The tunnel {tunnel} has no port on this machine.', { tunnel: quote(tunnel.name) }),
    );
  }
  if (others.length > 0) {
    throw invalidRequest(
      l10n.t('The tunnel {tunnel} has several ports. Set "forward" to one of {labels}.', {
        tunnel: quote(tunnel.name),
        labels: labelsOf(local),
      }),
    );
  }
  return first;
}

function invalidRequest(problem: Message): TunnelFailure {
  return new TunnelFailure(
    invalidDefinition(problem, l10n.t('The Tunnels view shows the names and labels.')),
  );
}
