// Markdown around text that others wrote, which must stay text whatever it holds.
import { plainText } from './format';

/**
 * Every ASCII character but letters, digits and the space as an entity: no emphasis, link, tag, icon or
 * address that Markdown would turn into a link by itself can come of it. (`appendText` of MarkdownString lets
 * such addresses through and turns spaces into ones that do not wrap.)
 */
export function escapeMarkdown(text: string): string {
  return plainText(text).replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function bold(text: string): string {
  const escaped = escapeMarkdown(text);
  return escaped === '' ? '' : `**${escaped}**`;
}

export function bulletList(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

export function paragraphs(blocks: readonly (string | undefined)[]): string {
  return blocks.filter((block) => block !== undefined && block !== '').join('\n\n');
}
