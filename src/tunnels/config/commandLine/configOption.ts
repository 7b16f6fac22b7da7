// Parses `-o`: an option of ssh_config on the command line.
import { splitConfigLine } from '../configLine';
import { forbiddenKeyAdvice, hostBlockKeywords, inHostBlock } from '../parsing/forbiddenKeys';
import { quoteConfigWord } from '../hostBlock';
import type { ConfigOption } from '../hostBlock';
import { nearest } from '../../util/nearestWord';
import { deferred as l10n, untranslated } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { quote, quoteKey, unquoted } from '../../util/shown';
import type { Parsed } from '../../util/parsing';
import { parseTimeSpan } from '../../util/timeSpan';
import { refusal } from './refusedOptions';
import type { LineProblem, Position } from './splitWords';

/** A parsed option of ssh_config. */
export interface KeywordOption extends Position {
  /** As written. */
  readonly keyword: string;
  readonly words: readonly string[];
  /** Everything after the keyword, as written. */
  readonly rest: string;
}

/** Splits `Keyword value` or `Keyword=value`. @returns the option, or a problem */
export function readConfigOption(
  text: string,
  position: Position,
): KeywordOption | { readonly problem: LineProblem } {
  const line = splitConfigLine(text);
  const [, keyword = '', rest = ''] = /^\s*"?([^\s"=]+)"?[ \t]*=?[ \t]*(.*)$/s.exec(text.trimEnd()) ?? [];
  if (!line || line.words.length === 0 || keyword === '') {
    const message = l10n.t('"-o" needs an ssh_config keyword and its value, as in "Compression=yes".');
    return { problem: { message, at: position.at } };
  }
  return { keyword, words: line.words, rest, ...position };
}

/** Keywords for which a tunnel has a property; suggested for misspelt ones. */
const supportedKeywords = [
  ...['LocalForward', 'RemoteForward', 'DynamicForward', 'ProxyJump', 'User', 'Port', 'Compression'],
  ...['ExitOnForwardFailure', 'ServerAliveInterval', 'ServerAliveCountMax', 'ConnectTimeout'],
  ...['GatewayPorts', 'ForwardX11', 'ForwardX11Trusted'],
];

const knownKeywords = [...supportedKeywords, ...hostBlockKeywords];

/** Keywords without an effect on a tunnel, accepted silently like the corresponding options. */
const harmless = /^(requesttty|forkafterauthentication|stdinnull|loglevel|escapechar)$/;
const harmlessValues: ReadonlyMap<string, RegExp> = new Map([
  ['controlmaster', /^(no|false)$/i],
  ['controlpath', /^none$/i],
  ['controlpersist', /^(no|false)$/i],
  ['forwardagent', /^(no|false)$/i],
  ['gssapidelegatecredentials', /^(no|false)$/i],
  ['permitlocalcommand', /^(no|false)$/i],
  ['sessiontype', /^(none|default)$/i],
]);

/** Keywords that ssh once had, and now ignores or refuses (keywords[] in readconf.c). */
const obsolete =
  /^(protocol|cipher|compressionlevel|fallbacktorsh|globalknownhostsfile2|userknownhostsfile2|rhostsauthentication|rhostsrsaauthentication|rsaauthentication|dsaauthentication|skeyauthentication|tisauthentication|useprivilegedport|usersh|useroaming|kerberosauthentication|kerberostgtpassing|afstokenpassing)$/;
/** Older names. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['identityfile2', 'IdentityFile'],
  ['keepalive', 'TCPKeepAlive'],
]);

/** Keywords whose value is the rest of the line, unquoted, for a shell (parse_command in readconf.c). */
const shellCommandKeywords = /^(proxycommand|localcommand|remotecommand|knownhostscommand)$/;

/** The problem of a keyword that a tunnel can't have. @returns undefined if the keyword has no effect */
export function refuseKeyword({ keyword: given, words, rest, at }: KeywordOption): LineProblem | undefined {
  const keyword = renamed.get(given.toLowerCase()) ?? given;
  const plain = keyword.toLowerCase();
  if (obsolete.test(plain)) {
    const message = l10n.t('"{option}" isn\'t needed: ssh no longer has this option.', {
      option: untranslated`-o ${unquoted(keyword)}`,
    });
    return { message, at, leaveOut: { isNeedless: true } };
  }
  if (harmless.test(plain) || harmlessValues.get(plain)?.test(words[0] ?? '') === true) {
    return undefined;
  }
  const option = untranslated`-o ${unquoted(keyword)}`;
  if (plain === 'streamlocalbindmask') {
    // readconf.c sets it whether the block matches or not.
    return refusal(
      option,
      l10n.t(
        'ssh applies it to every host, wherever it stands. If you want that, write it into ~/.ssh/config by hand.',
      ),
      at,
    );
  }
  if (hostBlockKeywords.has(plain)) {
    const value = shellCommandKeywords.test(plain) ? rest : words.map(quoteConfigWord).join(' ');
    const configOption: ConfigOption = { keyword, value };
    return refusal(option, adviceFor(plain), at, configOption);
  }
  const why = forbiddenKeyAdvice(plain);
  if (why !== undefined) {
    return refusal(option, why, at);
  }
  const meant = nearest(plain, knownKeywords);
  const message =
    meant === undefined
      ? l10n.t('ssh_config has no keyword {keyword}.', { keyword: quoteKey(keyword) })
      : l10n.t('ssh_config has no keyword {keyword}; did you mean {suggestion}?', {
          keyword: quoteKey(keyword),
          suggestion: quote(meant),
        });
  return { message, at };
}

/** Where a keyword belongs. The advice for the properties HostName and BindAddress doesn't fit the keywords. */
function adviceFor(plain: string): Message {
  const differs = plain === 'hostname' || plain === 'bindaddress';
  const advice = differs ? undefined : forbiddenKeyAdvice(plain);
  return advice ?? inHostBlock;
}

/** As multistate_flag in readconf.c; case-insensitive. */
export function readYesNo(value: string, keyword: string): Parsed<boolean> {
  if (/^(yes|true)$/i.test(value)) {
    return { value: true };
  }
  const error = {
    message: l10n.t('{keyword} must be "yes" or "no".', { keyword: unquoted(keyword) }),
    at: 0,
  };
  return /^(no|false)$/i.test(value) ? { value: false } : { error };
}

/** "none" disables the time-out or keep-alive. */
export function readNumber(keyword: string, value: string, shown: string): Parsed<number> {
  if (keyword === 'serveralivecountmax') {
    const error = {
      message: l10n.t('{keyword} must be a whole number.', { keyword: unquoted(shown) }),
      at: 0,
    };
    return /^\d+$/.test(value) ? { value: Number(value) } : { error };
  }
  const seconds = value === 'none' ? 0 : parseTimeSpan(value);
  const message = l10n.t('{keyword} must be a time such as "15" or "1m".', { keyword: unquoted(shown) });
  return seconds === undefined ? { error: { message, at: 0 } } : { value: seconds };
}
