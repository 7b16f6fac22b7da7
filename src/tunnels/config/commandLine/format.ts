// Writes the ssh command line that does what a tunnel does, as far as ssh can be told so.
import { formatAddress, formatHost, isSocketPath } from '../../util/address';
import type { Address } from '../../util/address';
import type { Destination, SessionOptions, TunnelDefinition, X11Program } from '../definition';
import { forwardTarget } from '../forward';
import type { Forward, Listen } from '../forward';
import { quote } from '../../util/text';
import { destinationText } from './destinationText';
import { quoteForWindows, quoteWhole, quoteWord } from './quoteWord';

export interface FormatContext {
  /** Where a forward really listens, if it does. */
  readonly boundPort?: (forward: Forward) => number | undefined;
  /** For whose shells; POSIX unless told otherwise. */
  readonly shell?: 'posix' | 'windows';
}

export interface FormattedCommand {
  readonly line: string;
  /** What the line does not say: sentences. */
  readonly missing: readonly string[];
}

/** Quotes a word; undefined: it can't be. */
type Quote = (word: string) => string | undefined;

const letters = { local: '-L', remote: '-R', dynamic: '-D' } as const;

export function formatCommandLine(
  { destination, proxyJump, forwards, x11Programs, options }: TunnelDefinition,
  context: FormatContext = {},
): FormattedCommand {
  const quoteFor: Quote = context.shell === 'windows' ? quoteForWindows : quoteWord;
  const [program] = x11Programs;
  const shown = forwards.length === 0 && x11Programs.length === 1 && !program?.nested ? program : undefined;
  const given = forwards.map((forward) => formatForward(forward, context, quoteFor));
  const words = [
    ...(shown ? ['-f', '-T', shown.trusted ? '-Y' : '-X'] : ['-N']),
    ...formatOptions(options),
    ...(proxyJump ? ['-J', formatJumps(proxyJump)] : []),
  ].map(quoteFor);
  const quoted = [
    ...words,
    ...given.flatMap(({ quoted = [] }) => quoted),
    ...formatDestination(destination).map(quoteFor),
    ...(shown ? formatCommand(shown, context) : []),
  ];
  if (quoted.includes(undefined)) {
    const reason =
      'It holds characters that the shells of Windows would make something of, so there is no line for it.';
    return { line: '', missing: [reason] };
  }
  return {
    line: ['ssh', ...quoted].join(' '),
    missing: [
      ...given.flatMap(({ reason }) => reason ?? []),
      ...(shown || x11Programs.length === 0 ? [] : [programsReason(x11Programs)]),
    ],
  };
}

function formatDestination({ host, user, port }: Destination): string[] {
  return [...(port === undefined ? [] : ['-p', String(port)]), user === undefined ? host : `${user}@${host}`];
}

/** "none" is no jump host, whatever ssh_config says. */
function formatJumps(jumps: readonly Destination[]): string {
  return jumps.length === 0 ? 'none' : jumps.map(destinationText).join(',');
}

function formatOptions(options: SessionOptions): string[] {
  const { compression, exitOnForwardFailure, serverAliveInterval, serverAliveCountMax, connectTimeout } =
    options;
  const keywords: readonly (readonly [keyword: string, value: boolean | number | undefined])[] = [
    ['Compression', compression === true ? undefined : compression],
    ['ExitOnForwardFailure', exitOnForwardFailure],
    ['ServerAliveInterval', serverAliveInterval],
    ['ServerAliveCountMax', serverAliveCountMax],
    ['ConnectTimeout', connectTimeout],
  ];
  const said = keywords.flatMap(([keyword, value]) => {
    const shown = typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
    return shown === undefined ? [] : ['-o', `${keyword}=${shown}`];
  });
  return compression === true ? ['-C', ...said] : said;
}

interface GivenForward {
  readonly quoted?: readonly string[];
  readonly reason?: string;
}

function formatForward(forward: Forward, context: FormatContext, quoteFor: Quote): GivenForward {
  const listen = withPort(forward, context);
  if (!listen) {
    const reason = `The forward ${quote(forward.label)} takes any free port, which ssh can't: start the tunnel, and its port is copied.`;
    return { reason };
  }
  const target = forwardTarget(forward);
  const spec = [listenText(listen), ...(target ? [targetText(target)] : [])].join(':');
  const quoted = quoteFor(spec);
  return quoted === undefined
    ? { reason: `The forward ${quote(forward.label)} can't be written for the shells of Windows.` }
    : { quoted: [letters[forward.kind], quoted] };
}

/** ssh takes port 0 on the server only. */
function withPort(forward: Forward, { boundPort }: FormatContext): Listen | undefined {
  const { kind, listen } = forward;
  if ('path' in listen || listen.port !== 0 || kind === 'remote') {
    return listen;
  }
  const port = boundPort?.(forward);
  return port === undefined ? undefined : { ...listen, port };
}

function listenText(listen: Listen): string {
  if ('path' in listen) {
    return escapePath(listen.path);
  }
  const bind = listen.bind === undefined ? '' : `${formatHost(listen.bind || '*')}:`;
  return `${bind}${listen.port}`;
}

function targetText(target: Address): string {
  return isSocketPath(target) ? escapePath(target.path) : formatAddress(target);
}

/** A colon ends a path unless a backslash takes it literally (parse_fwd_field in readconf.c). */
function escapePath(path: string): string {
  return path.replace(/[\\:]/g, '\\$&');
}

/** The server's shell reads it, and gets its words with spaces between them (ssh(1)). */
function formatCommand({ command }: X11Program, { shell }: FormatContext): (string | undefined)[] {
  const isPlain = /^[\w@%+=:,./-]+( [\w@%+=:,./-]+)*$/.test(command);
  return [
    ...(command.startsWith('-') ? ['--'] : []),
    isPlain ? command : shell === 'windows' ? quoteForWindows(command) : quoteWhole(command),
  ];
}

function programsReason(programs: readonly X11Program[]): string {
  const names = programs.map(({ name }) => quote(name)).join(', ');
  return `A command line shows one program and no nested display, so it leaves out x11Programs: ${names}.`;
}
