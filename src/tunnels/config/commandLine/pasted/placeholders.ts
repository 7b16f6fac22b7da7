// Finds what stands for a value in a documented command: `<user>`, `[host]`, `{{ port }}`, `...`.
import { deferred as l10n } from '../../../util/l10n';
import type { Scan } from '../getopt';
import type { LineProblem, Position } from '../splitWords';

const replaceIt = l10n.t('Replace the placeholder with a value of your own.');

/** `<user>`, which a shell would read as two redirections. */
export function placeholderIn(text: string): LineProblem | undefined {
  const found = /(?<=[\s@:"'=]|^)<[A-Za-z](?:[\w .-]{0,40}\w)?>/.exec(text);
  return found ? { message: replaceIt, at: found.index } : undefined;
}

/** ssh takes brackets around any host, so only these words stand for another. */
const inBrackets =
  /\[(?:\.\.\.|…|(?:[\w ./]{0,40}[_ ./-])?(?:user|user-?name|host|host-?name|server|port|ip|options?|address|path|key|name|domain|alias|target)(?:[_ ./-][^\]:]{0,40})?)\]/i;
const placeholder = new RegExp(
  String.raw`\{\{|(?<![$#])\{[A-Za-z][\w.-]{0,40}\}|[«‹]|${inBrackets.source}|(?:^|[@:])(?:\.\.\.|…)$`,
  'i',
);

/** The options whose values are names, addresses or paths. */
const withNames = 'LRDJplib';

/** In the destination or in the value of an option; not in a command, where braces are part of the language. */
export function placeholderAmong({ options, destination }: Scan): LineProblem | undefined {
  const values: readonly (readonly [string, Position])[] = [
    ...options
      .filter(({ letter }) => withNames.includes(letter))
      .map(({ value = '', valuePosition }) => [value, valuePosition] as const),
    ...(destination ? [[destination.text, destination] as const] : []),
  ];
  const [first] = values.filter(([text]) => placeholder.test(text)).map(([, { at }]) => at);
  return first === undefined ? undefined : { message: replaceIt, at: first };
}
