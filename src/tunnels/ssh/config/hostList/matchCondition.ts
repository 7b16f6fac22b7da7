// Match blocks, as far as the files alone tell for which hosts they apply.
import { asciiLowerCase, matchesPatternList } from '../../../util/glob';
import { splitCriterion } from '../fallback/matchBlock';
import type { LocalUser } from '../localUser';

export interface MatchCriterion {
  readonly kind: 'host' | 'originalhost' | 'user';
  readonly isNegated: boolean;
  /** Those of hosts in lower case. */
  readonly patterns: readonly string[];
}

/** All criteria must be met. */
export interface MatchCondition {
  readonly criteria: readonly MatchCriterion[];
  /** The number of its line, of all lines of all files: only what stands above counts. */
  readonly number: number;
}

/** @returns undefined: it never applies to a tunnel, or only ssh can tell, as with `exec` */
export function toMatchCondition(
  words: readonly string[],
  number: number,
  local: LocalUser,
): MatchCondition | undefined {
  const criteria: MatchCriterion[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const isNegated = word.startsWith('!');
    const [name, inWord] = splitCriterion(isNegated ? word.slice(1) : word);
    if (name === 'all' || name === 'canonical' || name === 'final') {
      // The files are read a second time only for what only ssh can tell.
      if (isNegated === (name === 'all')) {
        return undefined;
      }
      continue;
    }
    const patterns = (inWord ?? words[++at] ?? '').split(',');
    switch (name) {
      case 'host':
      case 'originalhost':
        criteria.push({ kind: name, isNegated, patterns: patterns.map(asciiLowerCase) });
        break;
      case 'user':
        criteria.push({ kind: name, isNegated, patterns });
        break;
      case 'localuser':
      case 'sessiontype':
        if (matchesPatternList(name === 'localuser' ? local.name : 'none', patterns) === isNegated) {
          return undefined;
        }
        break;
      default:
        return undefined;
    }
  }
  return { criteria, number };
}

/** The hosts that it names in full. */
export function hostsNamedBy({ criteria }: MatchCondition): readonly string[] {
  return criteria.flatMap(({ kind, isNegated, patterns }) =>
    kind === 'user' || isNegated ? [] : patterns.filter((pattern) => !/^!|[*?]/.test(pattern)),
  );
}
