// What a stranger sent, as one line for people: without anything that could move a cursor or draw.

export function printable(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 200);
}
