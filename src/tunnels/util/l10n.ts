// Translates the texts that a person sees. The translate function is handed in, because src/tunnels knows no editor.
import type { Shown } from './shown';

/** Values of a text's placeholders, by name. */
type Values<T> = Readonly<Record<string, T>>;

/** Translates a text, and fills in its `{placeholders}`. `vscode.l10n` is one. */
export interface Localizer {
  t(message: string, args?: Values<string | number>): string;
}

/** A sentence as data: it is translated where it is shown. */
export interface Message {
  readonly text: string;
  readonly args?: Values<Value>;
}

/** Without translation: for the log, and outside the editor. */
export const english: Localizer = {
  // As VS Code does it: what a value brings along is not looked at again, and an unknown placeholder stays.
  t: (message, args = {}) =>
    message.replace(/\{([^}]+)\}/g, (placeholder, name: string) => String(args[name] ?? placeholder)),
};

type Value = string | number | Message;

/** Assignable to a record whose keys are any strings, or any of a pattern; not to one that needs a certain key. */
type NoKey = Partial<Record<'', never>>;

/** `never` for a string that is neither a literal of the code nor Shown: others wrote it. */
type Quotable<V> = V extends string
  ? V extends Shown
    ? V
    : NoKey extends Record<V, unknown>
      ? never
      : V
  : V;

/**
 * Makes sentences as data. Imported as `l10n`: `l10n.t('…')` is what the extraction of texts looks for. Texts that
 * others wrote get in only as Shown, which quote() and its like in shown.ts make.
 */
export const deferred = {
  t: <const Args extends Values<Value>>(
    text: string,
    args?: Args & { readonly [Name in keyof Args]: Quotable<Args[Name]> },
  ): Message => (args === undefined ? { text } : { text, args }),
};

/** Marks what is the same in every language: a command, a line of a configuration file, the name of a product. */
export function untranslated(parts: TemplateStringsArray, ...values: readonly (Shown | number)[]): Shown;
export function untranslated(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string;
export function untranslated(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return String.raw({ raw: parts }, ...values);
}

/** The sentence in the person's language. */
export function localize({ text, args = {} }: Message, l10n: Localizer): string {
  const values = Object.entries(args).map(([name, value]): [string, string | number] => [
    name,
    typeof value === 'object' ? localize(value, l10n) : value,
  ]);
  return l10n.t(text, Object.fromEntries(values));
}
