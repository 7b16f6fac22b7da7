// Makes untrusted text safe to show: short, on one line, without control characters.

/** One line of printable ASCII, at most 200 characters. */
export function printable(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 200);
}

/** The last line of a program's output, which usually has the reason of a failure. */
export function lastLine(text: string): string | undefined {
  return text.split('\n').map(printable).filter(Boolean).at(-1);
}

/** Control and format characters (invisible, or changing the direction), line separators, noncharacters. */
const unreadable = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** One line in any script, at most `maxLength` characters. */
export function readable(text: string, maxLength = 500): string {
  const line = text.slice(0, 4 * maxLength).replaceAll(unreadable, ' ');
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
