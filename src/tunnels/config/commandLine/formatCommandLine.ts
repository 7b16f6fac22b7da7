// Formats a tunnel as the equivalent ssh command line, as far as ssh supports it.
import { formatAddress, formatHost, isSocketPath } from '../../util/address';
import type { Address } from '../../util/address';
import type { Destination, SessionOptions, TunnelDefinition, X11Program } from '../definition';
import { forwardTarget } from '../forward';
import type { Forward, Listen } from '../forward';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { joinShown, quote } from '../../util/shown';
import { serializeDestination } from '../parsing/parseDestination';
import { quoteForWindows, quoteWhole, quoteWord } from './quoteWord';

export interface FormatContext {
  /** The port on which a forward actually listens; undefined: it doesn't. */
  readonly boundPort?: (forward: Forward) => number | undefined;
  /** The shells for which words are quoted; default: POSIX. */
  readonly shell?: 'posix' | 'windows';
}

export interface FormattedCommand {
  readonly line: string;
  /** What the line can't express, as sentences. */
  readonly missing: readonly Message[];
}

/** Quotes a word; undefined: it can't be quoted. */
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
    ...destinationArguments(destination).map(quoteFor),
    ...(shown ? formatCommand(shown, context) : []),
  ];
  if (quoted.includes(undefined)) {
    const reason = l10n.t(
      'The tunnel contains characters that have a meaning in the shells of Windows, so it has no command line.',
    );
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

/** `-L 8080:web:80` for each forward that ssh can open, quoted for a POSIX shell. */
export function forwardArguments(forwards: readonly Forward[]): readonly string[] {
  return forwards.flatMap((forward) => formatForward(forward, {}, quoteWord).quoted ?? []);
}

function destinationArguments({ host, user, port }: Destination): string[] {
  return [...(port === undefined ? [] : ['-p', String(port)]), user === undefined ? host : `${user}@${host}`];
}

/** "none" means no jump host, whatever ssh_config says. */
function formatJumps(jumps: readonly Destination[]): string {
  return jumps.length === 0 ? 'none' : jumps.map(serializeDestination).join(',');
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
  const words = keywords.flatMap(([keyword, value]) => {
    const shown = typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
    return shown === undefined ? [] : ['-o', `${keyword}=${shown}`];
  });
  return compression === true ? ['-C', ...words] : words;
}

interface GivenForward {
  readonly quoted?: readonly string[];
  readonly reason?: Message;
}

function formatForward(forward: Forward, context: FormatContext, quoteFor: Quote): GivenForward {
  const listen = withPort(forward, context);
  if (!listen) {
    const reason = l10n.t(
      "The forward {forward} uses any free port, which ssh can't: start the tunnel to include its current port.",
      { forward: quote(forward.label) },
    );
    return { reason };
  }
  const target = forwardTarget(forward);
  const spec = [listenText(listen), ...(target ? [targetText(target)] : [])].join(':');
  const quoted = quoteFor(spec);
  return quoted === undefined
    ? {
        reason: l10n.t("The forward {forward} can't be written for the shells of Windows.", {
          forward: quote(forward.label),
        }),
      }
    : { quoted: [letters[forward.kind], quoted] };
}

/** ssh accepts port 0 on the server only. */
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

/** A colon ends a path unless a backslash escapes it (parse_fwd_field in readconf.c). */
function escapePath(path: string): string {
  return path.replace(/[\\:]/g, '\\$&');
}

/** ssh joins the words with spaces for the server's shell (ssh(1)). */
function formatCommand({ command }: X11Program, { shell }: FormatContext): (string | undefined)[] {
  const isPlain = /^[\w@%+=:,./-]+( [\w@%+=:,./-]+)*$/.test(command);
  return [
    ...(command.startsWith('-') ? ['--'] : []),
    isPlain ? command : shell === 'windows' ? quoteForWindows(command) : quoteWhole(command),
  ];
}

function programsReason(programs: readonly X11Program[]): Message {
  const names = joinShown(programs.map(({ name }) => quote(name)));
  return l10n.t(
    'A command line can run only one program, and none in a nested display, so it omits x11Programs: {names}.',
    { names },
  );
}
