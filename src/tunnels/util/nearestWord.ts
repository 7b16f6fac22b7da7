// Finds the word that a misspelt word probably means.

/**
 * Number of insertions, deletions, replacements and swaps of neighbours between two words (Damerau-Levenshtein); the
 * limit, as soon as it can't be less.
 */
function editDistance(from: string, to: string, limit: number): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  let leastOfLast = 0;
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const distance = Math.min(
        (last[column] ?? Infinity) + 1,
        (current[column - 1] ?? Infinity) + 1,
        (last[column - 1] ?? Infinity) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] ?? Infinity) + 1 : Infinity,
      );
      current.push(distance);
      least = Math.min(least, distance);
    }
    // A swap reaches back two rows.
    if (Math.min(least, leastOfLast) >= limit) {
      return limit;
    }
    [beforeLast, last, leastOfLast] = [last, current, least];
  }
  return last[to.length] ?? limit;
}

/** One bit for each letter that a word has, whether in capitals or not. */
function letterSet(word: string): number {
  let letters = 0;
  for (let index = 0; index < word.length; index++) {
    letters |= 1 << (word.charCodeAt(index) & 31);
  }
  return letters;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) {
    count++;
  }
  return count;
}

/** Of the candidates, which are few and always the same. */
const letterSets = new Map<string, number>();

function letterSetOf(candidate: string): number {
  const letters = letterSets.get(candidate) ?? letterSet(candidate);
  letterSets.set(candidate, letters);
  return letters;
}

/** The candidate that differs only in capitals or by a typing mistake; undefined: none. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const longestWord = 40;
  if (word.length > longestWord) {
    return undefined;
  }
  const wanted = word.toLowerCase();
  const letters = letterSet(wanted);
  let best: string | undefined;
  let bestDistance = word.length < 6 ? 2 : 3;
  for (const candidate of candidates) {
    // A replacement changes at most two letters of the set, everything else fewer; this spares nearly all the work.
    if (
      Math.abs(wanted.length - candidate.length) >= bestDistance ||
      bitCount(letters ^ letterSetOf(candidate)) > 2 * (bestDistance - 1)
    ) {
      continue;
    }
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
