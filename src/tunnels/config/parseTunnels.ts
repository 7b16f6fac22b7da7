// Reads the whole of `sshTunnels.tunnels` as one place has it: each entry by itself, and no more than a window can take.
import type { DefinitionProblem } from './definition';
import { parseTunnel } from './parseTunnel';
import type { ParsedTunnel } from './parseTunnel';
import type { PathPlaces } from './socketPaths';
import { describeValue, entriesUpTo, isRecord } from '../util/text';

/** Each a row of the view; more than a team writes, and few enough that the window stays quick. */
const mostTunnels = 1000;
const mostForwards = 5000;

export interface NamedTunnel {
  readonly name: string;
  /** As it is written. */
  readonly value: unknown;
  readonly parsed: ParsedTunnel;
}

export interface ParsedTunnels {
  readonly tunnels: readonly NamedTunnel[];
  /** Of the setting as a whole; their paths begin inside of it. */
  readonly problems: readonly DefinitionProblem[];
}

/** Never throws, whatever the setting holds; null is how a settings file takes a value back. */
export function parseTunnels(setting: unknown, places: PathPlaces): ParsedTunnels {
  if (setting === undefined || setting === null) {
    return { tunnels: [], problems: [] };
  }
  if (!isRecord(setting)) {
    const message = `It is ${describeValue(setting)}; it must be an object that maps names to tunnels.`;
    return { tunnels: [], problems: [{ path: [], message }] };
  }
  const { count, entries } = entriesUpTo(mostTunnels, setting);
  const problems: DefinitionProblem[] = [];
  if (count > mostTunnels) {
    problems.push(tooMuch(`${count} tunnels; ${mostTunnels}`));
  }
  const tunnels: NamedTunnel[] = [];
  let forwards = 0;
  for (const [name, value] of entries) {
    const parsed = parseTunnel(name, value, places);
    forwards += 'entry' in parsed ? parsed.entry.definition.forwards.length : parsed.problems.length;
    if (forwards > mostForwards) {
      problems.push(tooMuch(`more than ${mostForwards} forwards, which`));
      break;
    }
    tunnels.push({ name, value, parsed });
  }
  return { tunnels, problems };
}

function tooMuch(what: string): DefinitionProblem {
  return { path: [], message: `It has ${what} are the most that are read; the others are left out.` };
}
