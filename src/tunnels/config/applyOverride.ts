// Puts a user's override over a tunnel of a project.
import { formatDestination } from './definition';
import type { DefinitionProblem, TunnelEntry } from './definition';
import { formatListen } from './forward';
import type { Forward } from './forward';
import type { Override } from './overrides';
import { quote } from '../util/text';
import { placesOf } from './uniqueForwards';

type Moved = ReadonlyMap<string, unknown>;

/** What a user has changed about a project's tunnel for themselves, in sshTunnels.overrides. */
export interface OverrideNote {
  /** It never starts by itself. */
  readonly disabled: boolean;
  /** For people: `Database on 15432`. */
  readonly changes: readonly string[];
}

export type Overridden =
  | { readonly entry: TunnelEntry; readonly note: OverrideNote }
  /** Paths begin inside of the override. */
  | { readonly problems: readonly DefinitionProblem[] };

/**
 * A label that the tunnel has not is passed over: the override may be for the tunnel of this name in another project.
 */
export function applyOverride(entry: TunnelEntry, override: Override): Overridden {
  const listens = new Map(override.listen);
  const forwards = entry.definition.forwards.map((forward) => {
    const listen = listens.get(forward.label);
    return listen === undefined ? forward : { ...forward, listen };
  });
  const definition = {
    ...entry.definition,
    ...(override.destination && { destination: override.destination }),
    forwards,
  };
  const problems = [...misfits(forwards, listens), ...clashes(forwards, listens)];
  if (problems.length > 0) {
    return { problems };
  }
  const autoStart = override.autoStart ?? entry.autoStart;
  return { entry: { ...entry, definition, autoStart }, note: noteOf(entry, override) };
}

/** Without a target there is nothing but a port to listen on. */
function misfits(forwards: readonly Forward[], moved: Moved): DefinitionProblem[] {
  return forwards
    .filter(({ label, kind, listen }) => moved.has(label) && kind === 'dynamic' && 'path' in listen)
    .map(({ label, listen }) => ({
      path: ['listen', label],
      message: `${quote(formatListen(listen))} is a path; a SOCKS proxy listens on a port.`,
    }));
}

function clashes(forwards: readonly Forward[], moved: Moved): DefinitionProblem[] {
  return forwards
    .filter(({ label }) => moved.has(label))
    .flatMap((forward) => {
      const places = placesOf(forward);
      const other = forwards.find(
        (candidate) => candidate !== forward && placesOf(candidate).some((place) => places.includes(place)),
      );
      return other === undefined
        ? []
        : [
            {
              path: ['listen', forward.label],
              message: `${quote(formatListen(forward.listen))} is already listened on by ${quote(other.label)} of the same tunnel.`,
            },
          ];
    });
}

function noteOf(
  { definition }: TunnelEntry,
  { disabled, autoStart, destination, listen }: Override,
): OverrideNote {
  const labels = new Set(definition.forwards.map(({ label }) => label));
  return {
    disabled,
    changes: [
      ...(destination ? [`host ${formatDestination({ destination })}`] : []),
      ...listen
        .filter(([label]) => labels.has(label))
        .map(([label, where]) => `${label} on ${formatListen(where)}`),
      ...(autoStart === undefined ? [] : [`autoStart ${String(autoStart)}`]),
    ],
  };
}
