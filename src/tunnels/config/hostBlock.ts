// Writes a Host block for an ssh_config. Each value is quoted so that it stays a single value.
import { splitConfigLine } from './configLine';
import type { Destination } from './definition';
import { findHidden } from '../util/untrustedText';
import { matchesPatternList } from '../util/glob';
import { deferred as l10n, untranslated } from '../util/l10n';
import type { Message } from '../util/l10n';
import { attempt, fail } from '../util/parsing';
import { quoteKey, unquoted } from '../util/shown';
import type { Parsed } from '../util/parsing';

/**
 * A word of ssh_config, quoted if necessary (argv_split() in OpenSSH's misc.c). A backslash that is literal as it stands
 * isn't doubled: before OpenSSH 8.7, which Windows 10 has, nothing is escaped.
 */
export function quoteConfigWord(word: string): string {
  return /^(?:[^\s"'\\#=]|\\(?!\\|$))+$/.test(word) ? word : `"${word.replace(/"|\\(?=["'\\]|$)/g, '\\$&')}"`;
}

/** A line of a Host block: a keyword of ssh_config(5), and its value as written there, with quotes. */
export interface ConfigOption {
  readonly keyword: string;
  readonly value: string;
  /** As of -4 or -c, the value counts whatever -o says. */
  readonly replaces?: true;
}

export interface HostBlock {
  readonly alias: string;
  readonly destination: Destination;
  readonly options: readonly ConfigOption[];
}

/** Why an alias is invalid, as a sentence: ssh must not read it as a pattern, an option or a comment. */
export function aliasFault(alias: string): Message | undefined {
  return /^[A-Za-z0-9][\w.-]{0,99}$/.test(alias)
    ? undefined
    : l10n.t(
        'An alias can contain letters, digits, ".", "_" and "-", and must begin with a letter or a digit.',
      );
}

/** The lines of the block, each with its line end. */
export function formatHostBlock({ alias, destination, options }: HostBlock): Parsed<string> {
  return attempt(() => {
    const fault = aliasFault(alias);
    if (fault !== undefined) {
      fail(fault, 0);
    }
    const { host, user, port } = destination;
    const escapedHost = host.replaceAll('%', '%%');
    const given = options.find(isHostName);
    // Under the alias, %h would stand for the alias.
    const hostName = given?.value.replace(/%[%h]/g, (token) => (token === '%h' ? escapedHost : token));
    const lines: readonly ConfigOption[] = [
      { keyword: 'HostName', value: hostName ?? quoteConfigWord(escapedHost) },
      ...(user === undefined ? [] : [{ keyword: 'User', value: quoteConfigWord(user) }]),
      ...(port === undefined ? [] : [{ keyword: 'Port', value: String(port) }]),
      ...options
        .filter((option) => !isHostName(option))
        .map((option) => withGivenName(option, host, options)),
    ];
    return [untranslated`Host ${alias}`, ...lines.map(formatOption)].map((line) => `${line}\n`).join('');
  });
}

/** Whose values may have the name that was given for the host (ssh_config(5), TOKENS). */
const namesHost =
  /^(certificatefile|identityagent|identityfile|knownhostscommand|localcommand|proxycommand|remotecommand|revokedhostkeys|userknownhostsfile)$/i;

/** Under the alias, %n would stand for the alias, and so would %k without a HostKeyAlias. */
function withGivenName(option: ConfigOption, host: string, all: readonly ConfigOption[]): ConfigOption {
  const hasAlias = all.some(({ keyword }) => /^hostkeyalias$/i.test(keyword));
  // Any other host would have to be quoted, for a shell too.
  if (!namesHost.test(option.keyword) || !/^[\w.:-]+$/.test(host)) {
    return option;
  }
  const value = option.value.replace(/%[%nk]/g, (token) =>
    token === '%n' || (token === '%k' && !hasAlias) ? host : token,
  );
  return { ...option, value };
}

/** It replaces the host of the command line, as in ssh. */
export function isHostName({ keyword }: ConfigOption): boolean {
  return keyword.toLowerCase() === 'hostname';
}

function formatOption({ keyword, value }: ConfigOption): string {
  if (!/^[A-Za-z0-9]+$/.test(keyword) || /^(host|match|include)$/i.test(keyword)) {
    fail(l10n.t("{keyword} isn't allowed in a Host block.", { keyword: quoteKey(keyword) }), 0);
  }
  if (findHidden(value) >= 0) {
    fail(l10n.t('The value of {keyword} contains a control character.', { keyword: unquoted(keyword) }), 0);
  }
  return `  ${keyword} ${value}`;
}

/** The line (from 1) of the Host block that has this alias literally. */
export function lineOfHost(config: string, alias: string): number | undefined {
  return lineWhere(config, (patterns) => patterns.includes(alias));
}

/** The line (from 1) of the first Host block that matches this host; patterns that match any host don't count. */
export function lineAboutHost(config: string, host: string): number | undefined {
  return lineWhere(config, (patterns) =>
    matchesPatternList(
      host,
      patterns.filter((pattern) => !/^[*?]*$/.test(pattern)),
    ),
  );
}

function lineWhere(config: string, matches: (patterns: readonly string[]) => boolean): number | undefined {
  const lines = config.split('\n').map(splitConfigLine);
  const index = lines.findIndex((line) => line?.keyword === 'host' && matches(line.words));
  return index < 0 ? undefined : index + 1;
}

/**
 * Inserts the block before all other blocks, because ssh uses the first value that it finds (ssh_config(5)) and a
 * `Host *` may set one; but after the options at the top, which apply to every host.
 * @returns the new text, and the line (from 1) of the block
 */
export function withHostBlock(
  config: string,
  block: string,
): { readonly text: string; readonly line: number } {
  const end = config.includes('\r\n') ? '\r\n' : '\n';
  // Before the block, it would be a part of the file's first keyword no longer. As Latin-1, it has three characters.
  const [byteOrderMark = ''] = /^(?:\u{feff}|\u{ef}\u{bb}\u{bf})/u.exec(config) ?? [];
  const lines = config.slice(byteOrderMark.length).split(/(?<=\n)/);
  let first = lines.findIndex((line) => /^(host|match)$/.test(splitConfigLine(line)?.keyword ?? ''));
  while (first > 0 && /^\s*#/.test(lines[first - 1] ?? '')) {
    first--;
  }
  const above = first < 0 ? config : byteOrderMark + lines.slice(0, first).join('');
  const below = config.slice(above.length);
  const isSeparate = above === byteOrderMark || /\n\r?\n$/.test(above);
  const gap = isSeparate ? '' : above.endsWith('\n') ? end : end + end;
  const text = `${above}${gap}${block.replaceAll('\n', end)}${below && end + below}`;
  return { text, line: (above + gap).split('\n').length };
}
