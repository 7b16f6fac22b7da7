// A Host block for an ssh_config: made of what was typed, so that each value stays the one value that it was.
import { splitConfigLine } from './configLine';
import type { ConfigOption } from './commandLine/problem';
import type { Destination } from './definition';
import { findHidden } from '../util/invisibleCharacters';
import { matchesPatternList } from '../util/glob';
import { attempt, fail, quote } from '../util/text';
import type { Parsed } from '../util/text';

/** One word of ssh_config, in quotes where it needs them (argv_split() in OpenSSH's misc.c). */
export function quoteConfigWord(word: string): string {
  return /^[^\s"'\\#=]+$/.test(word) ? word : `"${word.replace(/[\\"]/g, '\\$&')}"`;
}

export interface HostBlock {
  readonly alias: string;
  readonly destination: Destination;
  readonly options: readonly ConfigOption[];
}

/** A name that ssh takes for nothing else: no pattern, no option, no comment. */
export function aliasFault(alias: string): string | undefined {
  return /^[A-Za-z0-9][\w.-]{0,99}$/.test(alias)
    ? undefined
    : 'An alias is made of letters, digits, ".", "_" and "-", and begins with a letter or a digit.';
}

/** The block's lines, each with its end. */
export function formatHostBlock({ alias, destination, options }: HostBlock): Parsed<string> {
  return attempt(() => {
    const fault = aliasFault(alias);
    if (fault !== undefined) {
      fail(fault, 0);
    }
    const { host, user, port } = destination;
    const lines: readonly ConfigOption[] = [
      { keyword: 'HostName', value: quoteConfigWord(host.replaceAll('%', '%%')) },
      ...(user === undefined ? [] : [{ keyword: 'User', value: quoteConfigWord(user) }]),
      ...(port === undefined ? [] : [{ keyword: 'Port', value: String(port) }]),
      ...options,
    ];
    return [`Host ${alias}`, ...lines.map(formatOption)].map((line) => `${line}\n`).join('');
  });
}

function formatOption({ keyword, value }: ConfigOption): string {
  if (!/^[A-Za-z0-9]+$/.test(keyword) || /^(host|match|include)$/i.test(keyword)) {
    fail(`${quote(keyword)} can't stand in a Host block`, 0);
  }
  if (findHidden(value) >= 0) {
    fail(`the value of ${keyword} holds a control character`, 0);
  }
  return `  ${keyword} ${value}`;
}

/** The line, from 1, of the Host block that names this alias in full. */
export function lineOfHost(config: string, alias: string): number | undefined {
  return lineWhere(config, (patterns) => patterns.includes(alias));
}

/** The line of the first Host block that is about this host, by name or by a pattern that does not fit just any. */
export function lineAboutHost(config: string, host: string): number | undefined {
  return lineWhere(config, (patterns) =>
    matchesPatternList(
      host,
      patterns.filter((pattern) => !/^[*?]*$/.test(pattern)),
    ),
  );
}

function lineWhere(config: string, fits: (patterns: readonly string[]) => boolean): number | undefined {
  const lines = config.split('\n').map(splitConfigLine);
  const index = lines.findIndex((line) => line?.keyword === 'host' && fits(line.words));
  return index < 0 ? undefined : index + 1;
}

/**
 * The config with the block in it: before all other blocks, as of what several blocks say ssh takes what comes first
 * (ssh_config(5)), and a `Host *` may say something; but behind what stands above them, which holds for every host.
 * @returns with the line, from 1, that the block begins in
 */
export function withHostBlock(
  config: string,
  block: string,
): { readonly text: string; readonly line: number } {
  const end = config.includes('\r\n') ? '\r\n' : '\n';
  const lines = config.split(/(?<=\n)/);
  let first = lines.findIndex((line) => /^(host|match)$/.test(splitConfigLine(line)?.keyword ?? ''));
  while (first > 0 && /^\s*#/.test(lines[first - 1] ?? '')) {
    first--;
  }
  const above = first < 0 ? config : lines.slice(0, first).join('');
  const below = config.slice(above.length);
  const gap = above === '' || /\n\r?\n$/.test(above) ? '' : above.endsWith('\n') ? end : end + end;
  const text = `${above}${gap}${block.replaceAll('\n', end)}${below && end + below}`;
  return { text, line: (above + gap).split('\n').length };
}
