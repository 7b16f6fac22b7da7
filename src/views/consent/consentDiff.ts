// Compares what one tunnel asks for now with what the user allowed before.
import { l10n } from 'vscode';
import type { ConsentLine, SheetLine } from '../webview/pageData';
import { quotedName } from '../words/exactText';

export interface ConsentDiff {
  readonly name: string;
  /** The texts of the lines that were allowed; undefined if it never was. */
  readonly before: readonly string[] | undefined;
  readonly lines: readonly ConsentLine[];
}

/** The current lines, with removed lines at their old position. Nothing is marked if nothing was allowed before. */
export function compareWithAllowed({
  lines,
  before,
}: Pick<ConsentDiff, 'lines' | 'before'>): readonly SheetLine[] {
  if (!before) {
    return lines;
  }
  const now = new Set(lines.map(({ text }) => text));
  const removed = (texts: readonly string[]): SheetLine[] =>
    texts.filter((text) => !now.has(text)).map((text) => ({ text, change: 'removed' }));
  let shown = 0;
  const all = lines.flatMap((line): SheetLine[] => {
    const at = before.indexOf(line.text);
    if (at < 0) {
      return [{ ...line, change: 'added' }];
    }
    const removedHere = removed(before.slice(shown, at));
    shown = Math.max(shown, at);
    return [...removedHere, line];
  });
  return [...all, ...removed(before.slice(shown))];
}

/** For a dialog, which shows plain text only. */
export function sheetInText(sheet: ConsentDiff): string {
  const marks = { added: '+ ', removed: '− ' };
  const lines = compareWithAllowed(sheet).map(({ text, risk, change }) => {
    const warning = risk === undefined ? '' : `\n        ⚠ ${risk}`;
    return `    ${change === undefined ? '' : marks[change]}${text}${warning}`;
  });
  const { name, before } = sheet;
  const heading = before
    ? l10n.t('Tunnel {tunnel}, changed since you allowed it:', { tunnel: quotedName(name) })
    : l10n.t('Tunnel {tunnel}:', { tunnel: quotedName(name) });
  return [heading, ...lines].join('\n');
}
