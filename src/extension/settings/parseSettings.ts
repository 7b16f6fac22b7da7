// Parses the text of a settings file, up to a size.
import { parseTree } from 'jsonc-parser';
import type { Node } from 'jsonc-parser';

/** Larger files are not looked into, because the JSON parser works without a pause. UTF-16 units. */
export const maxSettingsKilobytes = 256;

/** @returns undefined if the text is too long, or can't be parsed */
export function parseSettings(text: string): Node | undefined {
  if (text.length > maxSettingsKilobytes * 1024) {
    return undefined;
  }
  try {
    return parseTree(text, undefined, { allowTrailingComma: true });
  } catch {
    // Nested deeper than the parser's stack allows.
    return undefined;
  }
}
