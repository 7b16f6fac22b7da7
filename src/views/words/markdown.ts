// Markdown around text that others wrote, which must stay text whatever it holds.
import { plainText } from './format';

/** Made here alone, so that whatever is not of this class has been escaped. */
export class Markdown {
  readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }

  /** @param values each text among them is escaped */
  static from(literals: readonly string[], ...values: readonly (string | Markdown)[]): Markdown {
    const parts = literals.flatMap((literal, index) => [literal, valueOf(values[index])]);
    return new Markdown(parts.join(''));
  }

  /** Text that Markdown takes for nothing else, and that is readable also where it is shown as it is written. */
  static code(text: string): Markdown {
    const plain = plainText(text);
    // A run of backticks ends at one of just its length (CommonMark §6.1).
    const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map(({ length }) => length));
    const fence = '`'.repeat(longest + 1);
    const padding = /^`|`$|^$/.test(plain) ? ' ' : '';
    return new Markdown(`${fence}${padding}${plain}${padding}${fence}`);
  }

  static join(parts: readonly Markdown[], separator: string): Markdown {
    return new Markdown(parts.map(({ value }) => value).join(separator));
  }
}

/** Of a template: its own words are Markdown, what is put into it is text, unless it is Markdown made by this. */
export function marked(literals: TemplateStringsArray, ...values: readonly (string | Markdown)[]): Markdown {
  return Markdown.from(literals, ...values);
}

export function bold(text: string): Markdown {
  return escapeMarkdown(text) === '' ? marked`` : marked`**${text}**`;
}

export function bulletList(items: readonly Markdown[]): Markdown {
  return Markdown.join(
    items.map((item) => marked`- ${item}`),
    '\n',
  );
}

export function paragraphs(blocks: readonly (Markdown | undefined)[]): Markdown {
  const some = blocks.filter((block) => block !== undefined && block.value !== '');
  return Markdown.join(some as readonly Markdown[], '\n\n');
}

function valueOf(value: string | Markdown | undefined): string {
  return value instanceof Markdown ? value.value : escapeMarkdown(value ?? '');
}

/**
 * Every ASCII character but letters, digits and the space as an entity: no emphasis, link, tag, icon or
 * address that Markdown would turn into a link by itself can come of it. (`appendText` of MarkdownString lets
 * such addresses through and turns spaces into ones that do not wrap.)
 */
export function escapeMarkdown(text: string): string {
  return plainText(text).replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}
