// What a person is asked to allow of one tunnel, beside what they allowed before.
import type { ConsentLine } from './consentLines';

export interface SheetLine extends ConsentLine {
  /** Against what was allowed before. */
  readonly change?: 'added' | 'removed';
}

export interface ConsentSheet {
  readonly name: string;
  /** The texts of the lines that were allowed; undefined: it never was. */
  readonly before: readonly string[] | undefined;
  readonly lines: readonly ConsentLine[];
}

/** The lines of now, each removed one where it stood. Without marks where nothing was allowed before. */
export function compared({ lines, before }: Pick<ConsentSheet, 'lines' | 'before'>): readonly SheetLine[] {
  if (!before) {
    return lines;
  }
  const now = new Set(lines.map(({ text }) => text));
  const removed = (texts: readonly string[]): SheetLine[] =>
    texts.filter((text) => !now.has(text)).map((text) => ({ text, change: 'removed' }));
  let told = 0;
  const all = lines.flatMap((line): SheetLine[] => {
    const at = before.indexOf(line.text);
    if (at < 0) {
      return [{ ...line, change: 'added' }];
    }
    const gone = removed(before.slice(told, at));
    told = Math.max(told, at);
    return [...gone, line];
  });
  return [...all, ...removed(before.slice(told))];
}

/** For a dialog, whose text has neither colour nor columns. */
export function sheetInText(sheet: ConsentSheet): string {
  const marks = { added: '+ ', removed: '− ' };
  const lines = compared(sheet).map(({ text, risk, change }) => {
    const warning = risk === undefined ? '' : `\n        ⚠ ${risk}`;
    return `    ${change === undefined ? '' : marks[change]}${text}${warning}`;
  });
  return [`${sheet.name}${sheet.before ? ', changed since you allowed it' : ''}:`, ...lines].join('\n');
}
