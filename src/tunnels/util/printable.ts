// What a stranger sent, for people: bounded, and without anything that could move a cursor or draw.

/** One line of ASCII. */
export function printable(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 200);
}

/** Of what a program has written: as a rule the one that says why. */
export function lastLine(text: string): string | undefined {
  return text.split('\n').map(printable).filter(Boolean).at(-1);
}

/** Controls, formats (invisible, or changing the direction), line separators; what is no character at all. */
const unreadable = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** One line in any script. */
export function readable(text: string, most = 500): string {
  const line = text.slice(0, 4 * most).replaceAll(unreadable, ' ');
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
