// Applies a user's override to a tunnel of a project.
import { formatDestination } from './definition';
import type { DefinitionProblem, TunnelEntry } from './definition';
import { formatListen } from './forward';
import type { Forward } from './forward';
import type { Override } from './parsing/parseOverrides';
import { deferred as l10n } from '../util/l10n';
import type { Message } from '../util/l10n';
import { quote, unquoted } from '../util/shown';
import { bindingKeys } from './parsing/uniqueForwards';

type ListenByLabel = ReadonlyMap<string, unknown>;

/** What a user has changed in sshTunnels.overrides about a tunnel of a project. */
export interface OverrideNote {
  /** It never starts automatically. */
  readonly disabled: boolean;
  /** For display: `Database on 15432`. */
  readonly changes: readonly Message[];
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
      message: l10n.t('{listen} is a path; a SOCKS proxy listens on a port.', {
        listen: quote(formatListen(listen)),
      }),
    }));
}

function duplicateListens(forwards: readonly Forward[], overridden: ListenByLabel): DefinitionProblem[] {
  const byKey = new Map<string, Forward[]>();
  for (const forward of forwards) {
    for (const key of bindingKeys(forward)) {
      const same = byKey.get(key) ?? [];
      byKey.set(key, same);
      same.push(forward);
    }
  }
  return forwards
    .filter(({ label }) => overridden.has(label))
    .flatMap((forward) => {
      const other = bindingKeys(forward)
        .flatMap((key) => byKey.get(key)?.slice(0, 2) ?? [])
        .find((candidate) => candidate !== forward);
      return other === undefined
        ? []
        : [
            {
              path: ['listen', forward.label],
              message: l10n.t('{listen} is already used by {other} of the same tunnel.', {
                listen: quote(formatListen(forward.listen)),
                other: quote(other.label),
              }),
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
      ...(destination ? [l10n.t('host {host}', { host: unquoted(formatDestination({ destination })) })] : []),
      ...listen
        .filter(([label]) => labels.has(label))
        .map(([label, where]) =>
          l10n.t('{label} on {listen}', { label: unquoted(label), listen: unquoted(formatListen(where)) }),
        ),
      ...(autoStart === undefined
        ? []
        : [l10n.t('autoStart {value}', { value: unquoted(String(autoStart)) })]),
    ],
  };
}
