// A Host block for an ssh_config: made of what was typed, so that each value stays the one value that it was.
import { splitConfigLine } from './configLine';
import type { ConfigOption } from './commandLine/problem';
import type { Destination } from './definition';
import { attempt, fail, findHidden, quote } from './text';
import type { Parsed } from './text';

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
export function lineOfHost(configText: string, alias: string): number | undefined {
  const lines = configText.split('\n').map(splitConfigLine);
  const index = lines.findIndex((line) => line?.keyword === 'host' && line.words.includes(alias));
  return index < 0 ? undefined : index + 1;
}

/** What to write behind a config for the block to stand apart from it, with the line ends that the config has. */
export function separatedBlock(configText: string, block: string): string {
  const separator = configText === '' ? '' : configText.endsWith('\n') ? '\n' : '\n\n';
  const text = separator + block;
  return configText.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}
