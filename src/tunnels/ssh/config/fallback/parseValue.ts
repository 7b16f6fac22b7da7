// Reads the value of a keyword of ssh_config, to the form that `ssh -G` prints.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WrittenConfigLine } from '../../../config/configLine';
import { variable } from '../../../util/environment';
import type { Environment } from '../../../util/environment';
import { asciiLowerCase } from '../../../util/glob';
import { parseTimeSpan } from '../../../util/timeSpan';
import { algorithmFault } from './algorithmNames';
import type { AlgorithmKind } from './algorithmNames';
import type { ValueSyntax } from './keywords';

/** A line that ssh refuses. Its message is what ssh prints behind the file and the line; it may repeat what is written. */
export class RefusedLine extends Error {}

/** SSH_MAX_HOSTS_FILES in OpenSSH's readconf.h. */
const maxFiles = 32;
/** INT_MAX. */
const maxInteger = 0x7f_ff_ff_ff;

/**
 * @returns undefined: the line sets nothing, so that a later one can
 * @throws RefusedLine
 */
export function parseValue(
  { keyword, rest }: WrittenConfigLine,
  words: readonly string[],
  syntax: ValueSyntax,
  env: Environment,
): readonly string[] | undefined {
  switch (syntax) {
    case 'ignored':
      return undefined;
    case 'other':
      return [words.length === 0 ? refuse('missing argument.') : words.join(' ')];
    case 'command':
      return [rest.replace(/^[ \t\r\n=]+/, '')];
    case 'jump':
      return [toJumps(rest.replace(/^[ \t\r\n=]+/, ''), env)];
    case 'files':
      return toFiles(keyword, words);
    case 'list':
      return words.length === 0 ? refuse(`no ${keyword} specified`) : nonEmpty(keyword, words);
    case 'domains':
      return toDomains(keyword, words);
    case 'targets':
      return toTargets(words, env);
    case 'rekeyLimit':
      return [toRekeyLimit(words)];
    default: {
      const [word = '', ...more] = words;
      const value = toSingleValue(word, syntax, env);
      return more.length > 0
        ? refuse(`keyword ${keyword} extra arguments at end of line`)
        : value === undefined
          ? undefined
          : [value];
    }
  }
}

function toSingleValue(
  word: string,
  syntax: readonly string[] | 'time' | 'integer' | 'port' | 'text' | 'agent' | 'refusal' | AlgorithmKind,
  env: Environment,
): string | undefined {
  switch (syntax) {
    case 'time':
      return toSeconds(word);
    case 'integer':
      return toInteger(word);
    case 'port':
      return toPort(word, env);
    case 'agent':
      return toAgent(word, env);
    case 'ciphers':
    case 'macs':
    case 'kexAlgorithms':
    case 'keyTypes':
      return toAlgorithms(word, syntax);
    case 'text':
    case 'refusal':
      return word === '' ? refuse('Missing argument.') : word;
    default: {
      const value = asciiLowerCase(word);
      return value === ''
        ? refuse('missing argument.')
        : syntax.includes(value)
          ? value
          : refuse(`unsupported option "${word}".`);
    }
  }
}

function refuse(reason: string): never {
  throw new RefusedLine(reason);
}

function toAlgorithms(list: string, kind: AlgorithmKind): string {
  if (list === '') {
    refuse('Missing argument.');
  }
  const fault = algorithmFault(kind, list);
  return fault === undefined ? list : refuse(fault);
}

/** The first word, and of it what stands before a `#`: parse_jump() in readconf.c. */
function toJumps(text: string, env: Environment): string {
  const [word = ''] = text.split(/[ \t\r\n]/, 1);
  const jumps = word.replace(/#.*$/s, '');
  return jumps.toLowerCase() === 'none' || jumps.split(',').every((jump) => isJump(jump, env))
    ? jumps
    : refuse(`Invalid ProxyJump "${text}"`);
}

/** parse_ssh_uri() and parse_user_host_port() in misc.c. */
function isJump(jump: string, env: Environment): boolean {
  const uri = /^ssh:\/\/(.*?)\/?$/s.exec(jump)?.[1];
  const [, user, host = '', port = ''] =
    /^(?:(.*)@)?(\[[^\]]*\]|[^:/[@][^:/@]*)(?::(.*))?$/s.exec(uri ?? jump) ?? [];
  const isHost = uri === undefined ? host !== '' : domainFault(host) === undefined;
  return user !== '' && isHost && (port === '' || portNumber(port, env) !== undefined);
}

function toDomains(keyword: string, words: readonly string[]): readonly string[] {
  if (words.length === 0) {
    refuse(`no ${keyword} specified`);
  }
  if (words.length > 1 && words.some((word) => asciiLowerCase(word) === 'none')) {
    refuse(`keyword ${keyword} "none" argument must appear alone.`);
  }
  for (const word of words) {
    const fault = domainFault(word);
    if (fault !== undefined) {
      refuse(fault);
    }
  }
  return words;
}

/** valid_domain() in misc.c. */
function domainFault(name: string): string | undefined {
  return name === ''
    ? 'empty domain name'
    : !/^[A-Za-z0-9_]/.test(name)
      ? `domain name "${name}" starts with invalid character`
      : name.includes('..')
        ? `domain name "${name}" contains consecutive separators`
        : /[^\w.-]/.test(name)
          ? `domain name "${name}" contains invalid characters`
          : undefined;
}

function nonEmpty(keyword: string, words: readonly string[]): readonly string[] {
  return words.includes('') ? refuse(`keyword ${keyword} empty argument`) : words;
}

function toFiles(keyword: string, words: readonly string[]): readonly string[] | undefined {
  if (words.length > 1 && words.some((word) => asciiLowerCase(word) === 'none')) {
    refuse(`keyword ${keyword} "none" argument must appear alone.`);
  }
  if (words.length > maxFiles) {
    refuse(`too many ${keyword} entries.`);
  }
  return words.length === 0 ? undefined : nonEmpty(keyword, words);
}

function toTargets(words: readonly string[], env: Environment): readonly string[] {
  if (words.length === 0) {
    refuse('missing permitremoteopen specification');
  }
  if (words.length === 1 && /^(any|none)$/i.test(words[0] ?? '')) {
    return words;
  }
  return words.map((word) => {
    const [, host, port = ''] = /^(\[[^\]]*\]|[^:/[]*)[:/]?(.*)$/s.exec(word) ?? [];
    if (/^(any|none)$/i.test(word)) {
      refuse(`keyword permitremoteopen "${word}" argument must appear alone.`);
    }
    if (host === undefined) {
      refuse('missing host in permitremoteopen');
    }
    return `${host}:${port === '*' ? port : toPort(port, env)}`;
  });
}

function toSeconds(word: string): string | undefined {
  if (word === '') {
    refuse('missing time value.');
  }
  const seconds = parseTimeSpan(word);
  return word === 'none'
    ? undefined
    : seconds === undefined || seconds > maxInteger
      ? refuse('invalid time value.')
      : String(seconds);
}

/** strtonum(3). */
function toInteger(word: string): string {
  const value = /^[+-]?\d+$/.test(word) ? Number(word) : NaN;
  return Number.isNaN(value)
    ? refuse(`integer value ${word === '' ? 'missing' : 'invalid'}.`)
    : value < 0 || value > maxInteger
      ? refuse(`integer value too ${value < 0 ? 'small' : 'large'}.`)
      : String(value);
}

/** a2port() in misc.c. */
function toPort(word: string, env: Environment): string {
  if (word === '') {
    refuse('Missing argument.');
  }
  return String(portNumber(word, env) ?? refuse(`Bad port '${word}'.`));
}

function portNumber(word: string, env: Environment): number | undefined {
  const port = /^\+?\d+$/.test(word) ? Number(word) : servicePort(word, env);
  return port === undefined || port === 0 || port > 65_535 ? undefined : port;
}

/** As getservbyname(3), of the local file only. */
function servicePort(name: string, env: Environment): number | undefined {
  const file =
    process.platform === 'win32'
      ? join(variable(env, 'SystemRoot') ?? 'C:\\Windows', 'System32\\drivers\\etc\\services')
      : '/etc/services';
  try {
    for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
      const [service, port = '', ...aliases] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/);
      if (port.endsWith('/tcp') && (service === name || aliases.includes(name))) {
        return Number.parseInt(port, 10);
      }
    }
  } catch {
    // No such file: no names.
  }
  return undefined;
}

/** A variable that isn't set makes ssh refuse the whole file: dollar_expand() in misc.c. */
function toAgent(word: string, env: Environment): string {
  if (word === '') {
    refuse('Missing argument.');
  }
  for (const [, name = '', end] of word.matchAll(/\$\{([^}]*)(\}|$)/g)) {
    if (end === '') {
      refuse(`Invalid environment expansion ${word}.`);
    }
    if (variable(env, name) === undefined) {
      // As ssh, names the variable in a line of its own.
      refuse(`Invalid environment expansion ${word}.\nenv var \${${name}} has no value`);
    }
  }
  return /^\$(?!\{)(?!\w+$)/.test(word) ? refuse(`Invalid environment name ${word}.`) : word;
}

/** As scan_scaled(3), and the interval as a time. 0: the default. */
function toRekeyLimit(words: readonly string[]): string {
  const [size = '', time = 'none', ...more] = words;
  if (size === '') {
    refuse('Missing argument.');
  }
  const [, number, unit = ''] = /^\+?(\d+(?:\.\d*)?)([BKMGTPE]?)$/i.exec(size) ?? [];
  if (size !== 'default' && number === undefined) {
    refuse(`Bad number '${size}': Invalid argument`);
  }
  const bytes = Math.floor(Number(number ?? 0) * 1024 ** Math.max(0, 'BKMGTPE'.indexOf(unit.toUpperCase())));
  if (bytes !== 0 && bytes < 16) {
    refuse('RekeyLimit too small');
  }
  if (more.length > 0) {
    refuse('keyword rekeylimit extra arguments at end of line');
  }
  return `${bytes} ${toSeconds(time) ?? 0}`;
}
