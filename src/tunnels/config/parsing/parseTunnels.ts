// Parses `sshTunnels.tunnels` of one origin: each entry on its own, up to the maximum number of tunnels and forwards.
import type { DefinitionProblem } from '../definition';
import type { ParsedTunnel } from './parseTunnel';
import { deferred as l10n } from '../../util/l10n';
import { entriesUpTo, isRecord } from '../../util/parsing';
import type { Steps } from '../../util/pacing/slices';

/** Each is a row of the view. More than a team needs, and few enough for a responsive window. */
const maxTunnels = 1000;
const maxForwards = 5000;

/** What several settings files may have together: enough for two that are full. */
export class SharedLimit {
  static readonly maxTunnels = 2 * maxTunnels;
  static readonly maxForwards = 2 * maxForwards;
  #tunnels = 0;
  #forwards = 0;

  /** @returns whether the file may go on */
  take(forwards: number): boolean {
    this.#tunnels++;
    this.#forwards += forwards;
    return this.#tunnels <= SharedLimit.maxTunnels && this.#forwards <= SharedLimit.maxForwards;
  }
}

export interface NamedTunnel {
  readonly name: string;
  /** The value in the settings. */
  readonly value: unknown;
  readonly parsed: ParsedTunnel;
}

export interface ParsedTunnels {
  readonly tunnels: readonly NamedTunnel[];
  /** Problems of the setting as a whole. Paths are relative to it. */
  readonly problems: readonly DefinitionProblem[];
}

/**
 * A step for each tunnel. Never throws, whatever the value. `null` in a settings file means unset.
 * @param parse as parseTunnel()
 * @param shared with other files
 */
export function* parseTunnelsInSteps(
  setting: unknown,
  parse: (name: string, value: unknown) => ParsedTunnel,
  shared = new SharedLimit(),
): Steps<ParsedTunnels> {
  if (setting === undefined || setting === null) {
    return { tunnels: [], problems: [] };
  }
  if (!isRecord(setting)) {
    const message = l10n.t('It must be an object that maps names to tunnels.');
    return { tunnels: [], problems: [{ path: [], message }] };
  }
  const { count, entries } = entriesUpTo(maxTunnels, setting);
  const problems: DefinitionProblem[] = [];
  if (count > maxTunnels) {
    const message = l10n.t('It has {count} tunnels; the maximum is {maximum}. The others are ignored.', {
      count,
      maximum: maxTunnels,
    });
    problems.push({ path: [], message });
  }
  const tunnels: NamedTunnel[] = [];
  let forwards = 0;
  for (const [name, value] of entries) {
    const parsed = parse(name, value);
    yield;
    const own = 'entry' in parsed ? parsed.entry.definition.forwards.length : parsed.problems.length;
    forwards += own;
    if (!shared.take(own)) {
      const message = l10n.t(
        'The folders of this window have more than {tunnels} tunnels or {forwards} forwards together, which is the maximum. The others are ignored.',
        { tunnels: SharedLimit.maxTunnels, forwards: SharedLimit.maxForwards },
      );
      problems.push({ path: [], message });
      break;
    }
    if (forwards > maxForwards) {
      const message = l10n.t(
        'It has more than {maximum} forwards, which is the maximum. The others are ignored.',
        { maximum: maxForwards },
      );
      problems.push({ path: [], message });
      break;
    }
    tunnels.push({ name, value, parsed });
  }
  return { tunnels, problems };
}
