// Builds Markdown in which text from settings, servers and the system is always escaped.
import { commandWithoutPasswords } from './exactText';
import { plainText } from './format';

/** Markdown made in this file, or translated from it. Everything else is plain text and gets escaped. */
export class Markdown {
  readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }

  /** @param values strings are escaped, Markdown is inserted as it is */
  static from(literals: readonly string[], ...values: readonly (string | Markdown)[]): Markdown {
    const parts = literals.flatMap((literal, index) => [literal, valueOf(values[index])]);
    return new Markdown(parts.join(''));
  }

  /** A code span: readable also where Markdown isn't rendered. */
  static code(text: string): Markdown {
    return Markdown.#span(plainText(text));
  }

  /** A code span with the command of a program, in full. */
  static command(command: string): Markdown {
    return Markdown.#span(commandWithoutPasswords(command));
  }

  static #span(plain: string): Markdown {
    // A code span ends at a run of backticks of the same length (CommonMark §6.1).
    const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map(({ length }) => length));
    const fence = '`'.repeat(longest + 1);
    const padding = /^`|`$|^$/.test(plain) ? ' ' : '';
    return new Markdown(`${fence}${padding}${plain}${padding}${fence}`);
  }

  /** A link that runs a command. @param argument becomes its only argument */
  static link(label: string, command: string, argument?: string): Markdown {
    // encodeURIComponent() leaves parentheses, which end a link.
    const query =
      argument === undefined
        ? ''
        : `?${encodeURIComponent(JSON.stringify([argument])).replace(/[()!'*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)}`;
    return new Markdown(`[${escapeMarkdown(label)}](command:${command}${query})`);
  }

  /** @param text a translated Markdown text whose values are escaped */
  static translated(text: string): Markdown {
    return new Markdown(text);
  }

  static join(parts: readonly Markdown[], separator: string): Markdown {
    return new Markdown(parts.map(({ value }) => value).join(separator));
  }
}

/**
 * A translated text, which is Markdown, with its placeholders filled in: strings are escaped.
 * @param translate hands the values to `l10n.t`
 */
export function localized<Name extends string>(
  translate: (values: Readonly<Record<Name, string>>) => string,
  values: Readonly<Record<Name, string | Markdown>>,
): Markdown {
  const escaped = Object.entries<string | Markdown>(values).map(([name, value]) => [name, valueOf(value)]);
  return Markdown.translated(translate(Object.fromEntries(escaped) as Record<Name, string>));
}

/** Template tag: the literal parts are Markdown, inserted strings are escaped. */
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
  const nonEmpty = blocks.filter((block) => block !== undefined && block.value !== '');
  return Markdown.join(nonEmpty as readonly Markdown[], '\n\n');
}

function valueOf(value: string | Markdown | undefined): string {
  return value instanceof Markdown ? value.value : escapeMarkdown(value ?? '');
}

/**
 * Writes every ASCII character except letters, digits and the space as an entity, so that the text can't contain
 * emphasis, a link, a tag, an icon, or an address that Markdown links automatically. (`appendText` of MarkdownString
 * doesn't escape such addresses, and turns spaces into non-breaking ones.)
 */
export function escapeMarkdown(text: string): string {
  return plainText(text).replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}
