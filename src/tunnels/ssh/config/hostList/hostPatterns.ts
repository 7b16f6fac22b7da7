// Which aliases the Host lines of an ssh_config match: literal patterns are looked up, so that only those with
// wildcards are compared with each alias.
import { literalPart, matchesPattern } from '../../../util/glob';
import type { Steps } from '../../../util/pacing/slices';

/** The patterns of one Host line. */
export type Condition = readonly string[];

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
  readonly #byCondition = new Map<Condition, Matches>();
  #work = 0;
  #workAtPause = 0;

  /** @param aliases all that may be asked for */
  constructor(aliases: ReadonlySet<string>) {
    this.#aliases = aliases;
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
    const matches = { all, specific };
    this.#byCondition.set(condition, matches);
    return matches;
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
