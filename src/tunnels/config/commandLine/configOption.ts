// `-o`: a line of ssh_config on the command line.
import { splitConfigLine } from '../configLine';
import { elsewhere, hostBlockKeywords } from '../forbiddenKeys';
import { quoteConfigWord } from '../hostBlock';
import { nearest } from '../../util/nearestWord';
import { quote } from '../../util/text';
import { refusal } from './refusedOptions';
import type { ConfigOption, LineProblem } from './problem';
import type { Place } from './words';

/** An option of ssh_config, taken apart. */
export interface KeywordOption extends Place {
  /** As written. */
  readonly keyword: string;
  readonly words: readonly string[];
  /** All behind the keyword, as written. */
  readonly rest: string;
}

/** What ssh has read is a word and its value, with a space or `=` between them. @returns a sentence where it is not */
export function readConfigOption(
  text: string,
  place: Place,
): KeywordOption | { readonly problem: LineProblem } {
  const line = splitConfigLine(text);
  const [, keyword = '', rest = ''] = /^\s*"?([^\s"=]+)"?[ \t]*=?[ \t]*(.*?)\s*$/s.exec(text) ?? [];
  if (!line || line.words.length === 0 || keyword === '') {
    const message = `"-o" needs a keyword of ssh_config and its value, as in "Compression=yes", unlike ${quote(keyword)}.`;
    return { problem: { message, at: place.at } };
  }
  return { keyword, words: line.words, rest, ...place };
}

/** Those that a tunnel has a key for, to be suggested. */
const understood = [
  ...['LocalForward', 'RemoteForward', 'DynamicForward', 'ProxyJump', 'User', 'Port', 'Compression'],
  ...['ExitOnForwardFailure', 'ServerAliveInterval', 'ServerAliveCountMax', 'ConnectTimeout'],
  ...['GatewayPorts', 'ForwardX11', 'ForwardX11Trusted'],
];

/** Those that say nothing to a tunnel: what the options say that a tunnel takes without a word. */
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

/** Their value is the rest of the line, unquoted, for a shell to read (parse_command in readconf.c). */
const takesRest = /^(proxycommand|localcommand|remotecommand|knownhostscommand)$/;

/** Of a keyword that is no key of a tunnel. @returns undefined where it changes nothing */
export function refuseKeyword({ keyword, words, rest, at }: KeywordOption): LineProblem | undefined {
  const plain = keyword.toLowerCase();
  if (harmless.test(plain) || harmlessValues.get(plain)?.test(words[0] ?? '') === true) {
    return undefined;
  }
  const option = `-o ${keyword}`;
  if (hostBlockKeywords.has(plain)) {
    const value = takesRest.test(plain) ? rest : words.map(quoteConfigWord).join(' ');
    const configOption: ConfigOption = { keyword, value };
    return refusal(option, placeOf(plain), at, configOption);
  }
  const why = elsewhere(plain);
  if (why !== undefined) {
    return refusal(option, why, at);
  }
  const meant = nearest(plain, [...understood, ...hostBlockKeywords]);
  const hint = meant === undefined ? '' : `; did you mean ${quote(meant)}?`;
  return { message: `ssh_config has no keyword ${quote(keyword)}${hint || '.'}`, at };
}

/** What is said of a key of that name means a key of ours where the two differ. */
function placeOf(plain: string): string {
  const differs = plain === 'hostname' || plain === 'bindaddress';
  const place = differs ? undefined : elsewhere(plain);
  return place ?? 'it belongs in a Host block of your ~/.ssh/config';
}
