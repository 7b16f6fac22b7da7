// Finds the word that a misspelt word probably means.

/** Number of insertions, deletions, replacements and swaps of neighbours between two words (Damerau-Levenshtein). */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const cell = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= from.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const distance = Math.min(
        cell(row - 1, column) + 1,
        cell(row, column - 1) + 1,
        cell(row - 1, column - 1) + (same ? 0 : 1),
        swapped ? cell(row - 2, column - 2) + 1 : Infinity,
      );
      rows[row]?.push(distance);
    }
  }
  return cell(from.length, to.length);
}

/** The candidate that differs only in capitals or by a typing mistake; undefined: none. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const longestWord = 40;
  if (word.length > longestWord) {
    return undefined;
  }
  let best: string | undefined;
  let bestDistance = word.length < 6 ? 2 : 3;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
