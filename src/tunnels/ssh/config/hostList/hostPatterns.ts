// Which aliases the Host lines of an ssh_config match: literal patterns are looked up, so that only those with
// wildcards are compared with each alias.
import { asciiLowerCase, literalPart, matchesPattern } from '../../../util/glob';
import type { Steps } from '../../../util/pacing/slices';
import type { LocalUser } from '../localUser';
import type { MatchCondition, MatchCriterion } from './matchCondition';

/** The patterns of one Host line, or a Match line. */
export type Condition = readonly string[] | MatchCondition;

/** What the lines that were read so far set for the aliases. */
export interface KnownValues {
  /** The value of a keyword in the lines before the one with this number. */
  get(alias: string, keyword: 'hostname' | 'user', before: number): string | undefined;
  /** At least all aliases that have this HostName, in lower case. */
  withHostName(name: string): Iterable<string>;
}

/** Thrown when matching takes more work than any honest configuration does. */
export class TooManyComparisons extends Error {}

/** In comparisons of about a character each; a match costs more, because it is remembered. */
const maxWork = 30_000_000;
const costOfMatch = 20;
const workBetweenPauses = 10_000;
/** Longer aliases and patterns match nothing: NI_MAXHOST in netdb.h is 1025. */
export const longestAlias = 1024;

interface Matches {
  readonly all: ReadonlySet<string>;
  /** Those matched by a pattern that names them or hosts like them, rather than all hosts. */
  readonly specific: ReadonlySet<string>;
}

export class HostPatterns {
  readonly #aliases: ReadonlySet<string>;
  readonly #values: KnownValues;
  readonly #local: LocalUser;
  readonly #byCondition = new Map<Condition, Matches>();
  #byLowerCase: ReadonlyMap<string, readonly string[]> | undefined;
  #work = 0;
  #workAtPause = 0;

  /** @param aliases all that may be asked for */
  constructor(aliases: ReadonlySet<string>, values: KnownValues, local: LocalUser) {
    this.#aliases = aliases;
    this.#values = values;
    this.#local = local;
  }

  /**
   * The aliases that match all conditions, at least one of them by a specific pattern.
   * @throws TooManyComparisons
   */
  *specific(conditions: readonly Condition[]): Steps<readonly string[]> {
    const found = new Set<string>();
    const matches: Matches[] = [];
    for (const condition of conditions) {
      matches.push(yield* this.#matches(condition));
    }
    for (const { specific } of matches) {
      for (const alias of specific) {
        if (this.#count(matches.length)) {
          yield;
        }
        if (matches.every(({ all }) => all.has(alias))) {
          found.add(alias);
        }
      }
    }
    return [...found];
  }

  /**
   * Those of the candidates that match all conditions.
   * @throws TooManyComparisons
   */
  *among(candidates: ReadonlySet<string>, conditions: readonly Condition[]): Steps<readonly string[]> {
    let least = candidates;
    const sets: ReadonlySet<string>[] = [candidates];
    for (const condition of conditions) {
      const { all } = yield* this.#matches(condition);
      sets.push(all);
      least = all.size < least.size ? all : least;
    }
    const found: string[] = [];
    for (const alias of least) {
      if (this.#count(sets.length)) {
        yield;
      }
      if (sets.every((set) => set.has(alias))) {
        this.#count(costOfMatch);
        found.push(alias);
      }
    }
    return found;
  }

  *#matches(condition: Condition): Steps<Matches> {
    const known = this.#byCondition.get(condition);
    if (known) {
      return known;
    }
    const matches =
      'criteria' in condition ? yield* this.#byCriteria(condition) : yield* this.#byPatterns(condition);
    this.#byCondition.set(condition, matches);
    return matches;
  }

  *#byPatterns(condition: readonly string[]): Steps<Matches> {
    const negated = condition.flatMap((pattern) => (pattern.startsWith('!') ? pattern.slice(1) : []));
    const excluded = yield* this.#aliasesLike(negated);
    const all = new Set<string>();
    const specific = new Set<string>();
    for (const pattern of condition.filter((each) => !each.startsWith('!'))) {
      const isForAll = /^[*?]*$/.test(pattern);
      for (const alias of yield* this.#aliasesLike([pattern])) {
        if (this.#count(1)) {
          yield;
        }
        if (!excluded.has(alias)) {
          all.add(alias);
          if (!isForAll) {
            specific.add(alias);
          }
        }
      }
    }
    return { all, specific };
  }

  *#byCriteria({ criteria, number }: MatchCondition): Steps<Matches> {
    let all = this.#candidates(criteria);
    for (const criterion of criteria) {
      const list = preparedList(criterion.patterns);
      const found = new Set<string>();
      for (const alias of all) {
        const text = this.#subject(criterion.kind, alias, number);
        if (this.#count(1 + list.patterns * costOfMatch + text.length * list.characters)) {
          yield;
        }
        if (list.matches(text) !== criterion.isNegated) {
          found.add(alias);
        }
      }
      all = found;
    }
    const isSpecific = criteria.some(
      ({ kind, isNegated, patterns }) =>
        kind !== 'user' && !isNegated && !patterns.some((pattern) => /^[*?]*$/.test(pattern)),
    );
    return { all, specific: isSpecific ? all : new Set() };
  }

  /** Found by name, if a criterion has only literal patterns. */
  #candidates(criteria: readonly MatchCriterion[]): ReadonlySet<string> {
    const literal = criteria.find(
      ({ kind, isNegated, patterns }) =>
        kind !== 'user' && !isNegated && !patterns.some((pattern) => /^!|[*?]/.test(pattern)),
    );
    if (!literal) {
      return this.#aliases;
    }
    this.#byLowerCase ??= groupBy(this.#aliases, asciiLowerCase);
    const found = new Set<string>();
    for (const pattern of literal.patterns) {
      for (const aliases of [this.#byLowerCase.get(pattern) ?? [], this.#values.withHostName(pattern)]) {
        for (const alias of aliases) {
          found.add(alias);
        }
      }
    }
    return found;
  }

  /** What the patterns of a criterion are compared with. */
  #subject(kind: MatchCriterion['kind'], alias: string, before: number): string {
    switch (kind) {
      case 'host':
        return hostNameIn(this.#values.get(alias, 'hostname', before), alias);
      case 'originalhost':
        return asciiLowerCase(alias);
      case 'user':
        return this.#values.get(alias, 'user', before) ?? this.#local.name;
    }
  }

  /** The aliases that match one of the patterns. */
  *#aliasesLike(patterns: readonly string[]): Steps<ReadonlySet<string>> {
    if (patterns.includes('*')) {
      return this.#aliases;
    }
    const found = new Set<string>();
    for (const pattern of patterns) {
      if (!/[*?]/.test(pattern)) {
        if (this.#count(1)) {
          yield;
        }
        if (this.#aliases.has(pattern)) {
          found.add(pattern);
        }
      } else if (pattern.length <= longestAlias) {
        yield* this.#addMatching(pattern, found);
      }
    }
    return found;
  }

  *#addMatching(pattern: string, found: Set<string>): Steps<void> {
    const start = literalPart(pattern);
    for (const alias of this.#aliases) {
      const isCandidate = alias.startsWith(start);
      if (this.#count(isCandidate ? costOfMatch + alias.length * (pattern.length - start.length) : 1)) {
        yield;
      }
      if (isCandidate && matchesPattern(alias, pattern)) {
        found.add(alias);
      }
    }
  }

  /** @returns whether it is time for a pause */
  #count(work: number): boolean {
    this.#work += work;
    if (this.#work > maxWork) {
      throw new TooManyComparisons();
    }
    const isTime = this.#work - this.#workAtPause >= workBetweenPauses;
    if (isTime) {
      this.#workAtPause = this.#work;
    }
    return isTime;
  }
}

/** Literal patterns are looked up; the others count as work. */
function preparedList(patterns: readonly string[]): {
  readonly patterns: number;
  readonly characters: number;
  readonly matches: (text: string) => boolean;
} {
  const negated = patterns.flatMap((pattern) => (pattern.startsWith('!') ? pattern.slice(1) : []));
  const positive = patterns.filter((pattern) => !pattern.startsWith('!'));
  const literal = new Set(positive.filter((pattern) => !/[*?]/.test(pattern)));
  const wild = positive.filter((pattern) => /[*?]/.test(pattern));
  const matchesOne = (text: string, list: readonly string[]): boolean =>
    list.some((pattern) => matchesPattern(text, pattern));
  return {
    patterns: wild.length + negated.length,
    characters: [...wild, ...negated].join('').length,
    matches: (text) => (literal.has(text) || matchesOne(text, wild)) && !matchesOne(text, negated),
  };
}

/** In lower case. @param written as in a HostName line */
export function hostNameIn(written: string | undefined, alias: string): string {
  const name = written?.replaceAll(/%([%h])/g, (_, token) => (token === 'h' ? alias : '%')) ?? alias;
  return asciiLowerCase(name);
}

function groupBy(
  aliases: Iterable<string>,
  keyOf: (alias: string) => string,
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const alias of aliases) {
    const group = groups.get(keyOf(alias)) ?? [];
    group.push(alias);
    groups.set(keyOf(alias), group);
  }
  return groups;
}
