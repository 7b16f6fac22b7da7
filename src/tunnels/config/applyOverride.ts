// Applies a user's override to a tunnel of a project.
import { formatDestination } from './definition';
import type { DefinitionProblem, TunnelEntry } from './definition';
import { formatListen } from './forward';
import type { Forward } from './forward';
import type { Override } from './parsing/parseOverrides';
import { quote } from '../util/text';
import { bindingKeys } from './parsing/uniqueForwards';

type ListenByLabel = ReadonlyMap<string, unknown>;

/** What a user has changed in sshTunnels.overrides about a tunnel of a project. */
export interface OverrideNote {
  /** It never starts automatically. */
  readonly disabled: boolean;
  /** For display: `Database on 15432`. */
  readonly changes: readonly string[];
}

export type Overridden =
  | { readonly entry: TunnelEntry; readonly note: OverrideNote }
  /** Paths are relative to the override. */
  | { readonly problems: readonly DefinitionProblem[] };

/**
 * Ignores labels that the tunnel doesn't have: the override may be for a tunnel with this name in another project.
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
  const problems = [...invalidListens(forwards, listens), ...duplicateListens(forwards, listens)];
  if (problems.length > 0) {
    return { problems };
  }
  const autoStart = override.autoStart ?? entry.autoStart;
  return { entry: { ...entry, definition, autoStart }, note: noteOf(entry, override) };
}

/** A SOCKS proxy can't listen on a path. */
function invalidListens(forwards: readonly Forward[], overridden: ListenByLabel): DefinitionProblem[] {
  return forwards
    .filter(({ label, kind, listen }) => overridden.has(label) && kind === 'dynamic' && 'path' in listen)
    .map(({ label, listen }) => ({
      path: ['listen', label],
      message: `${quote(formatListen(listen))} is a path; a SOCKS proxy listens on a port.`,
    }));
}

function duplicateListens(forwards: readonly Forward[], overridden: ListenByLabel): DefinitionProblem[] {
  return forwards
    .filter(({ label }) => overridden.has(label))
    .flatMap((forward) => {
      const keys = bindingKeys(forward);
      const other = forwards.find(
        (candidate) => candidate !== forward && bindingKeys(candidate).some((key) => keys.includes(key)),
      );
      return other === undefined
        ? []
        : [
            {
              path: ['listen', forward.label],
              message: `${quote(formatListen(forward.listen))} is already used by ${quote(other.label)} of the same tunnel.`,
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
