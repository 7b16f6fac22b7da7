// Parses the destinations in `host`, `proxyJump` and a command line, and formats them.
import { isIPv6 } from 'node:net';
import { formatHost } from '../../util/address';
import type { Destination } from '../definition';
import { findHidden } from '../../util/untrustedText';
import { checkHost, checkPort, checkUser, passwordInUser } from './hosts';
import type { Author } from './hosts';
import { deferred as l10n } from '../../util/l10n';
import { attempt, fail } from '../../util/parsing';
import type { Parsed } from '../../util/parsing';

/** Characters of a user, a host and a port, possibly percent-encoded. */
const longest = 4096;

/**
 * An alias or host with an optional user and port: `[user@]host[:port]`, with IPv6 in brackets before a port, or
 * `ssh://[user@]host[:port]` (ssh(1); draft-ietf-secsh-scp-sftp-ssh-uri). As in OpenSSH, the last `@` ends the user.
 */
export function parseDestination(text: string, author: Author): Parsed<Destination> {
  return attempt(() => {
    if (text === '') {
      return fail(l10n.t('The host is missing.'), 0);
    }
    if (text.length > longest) {
      return fail(l10n.t('It is longer than {longest} characters.', { longest }), longest);
    }
    if (text.startsWith('-')) {
      return fail(l10n.t('A host can\'t begin with "-": it would be read as an option.'), 0);
    }
    const wrong = [findHidden(text), text.search(/\s/)].find((at) => at >= 0);
    if (wrong !== undefined) {
      return fail(l10n.t('Spaces and control characters are not allowed.'), wrong);
    }
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
    if (scheme === null) {
      return readPlain(text, author);
    }
    if (scheme[1]?.toLowerCase() !== 'ssh') {
      return fail(l10n.t('Only ssh:// URLs are supported, as in "ssh://me@example.org:2222".'), 0);
    }
    return readUri(text, scheme[0].length, author);
  });
}

function readPlain(text: string, author: Author): Destination {
  const separator = text.lastIndexOf('@');
  const host = readHostPort(text.slice(separator + 1), separator + 1);
  return separator < 0 ? host : { ...host, user: checkUser(text.slice(0, separator), 0, author) };
}

function readUri(text: string, start: number, author: Author): Destination {
  const length = text.slice(start).search(/[/?#]/);
  const end = length < 0 ? text.length : start + length;
  const separator = text.slice(0, end).lastIndexOf('@');
  const userAt = separator < start ? undefined : start;
  const user = userAt === undefined ? undefined : readUriUser(text.slice(userAt, separator), userAt, author);
  if (end < text.length && text.slice(end) !== '/') {
    fail(l10n.t('Nothing may follow the host and the port.'), end);
  }
  const hostAt = userAt === undefined ? start : separator + 1;
  // A zone's "%" is written "%25" in a URI (RFC 6874).
  const host = readHostPort(text.slice(hostAt, end).replace(/^(\[[^\]]*)%25/, '$1%'), hostAt);
  return user === undefined ? host : { ...host, user };
}

/** Percent-decoded. Rejects a password, which RFC 3986 §3.2.1 deprecates, and connection parameters. */
function readUriUser(encoded: string, at: number, author: Author): string {
  if (encoded.includes(':')) {
    fail(passwordInUser, at + encoded.indexOf(':'));
  }
  if (encoded.includes(';')) {
    fail(
      l10n.t('Connection parameters such as ";fingerprint=…" are not supported.'),
      at + encoded.indexOf(';'),
    );
  }
  let user: string;
  try {
    user = decodeURIComponent(encoded);
  } catch {
    return fail(
      l10n.t('"%" must begin a percent-encoded character, as in "%40".'),
      at + encoded.indexOf('%'),
    );
  }
  // Offsets in the decoded user name don't apply to the encoded text.
  const checked = attempt(() => checkUser(user, at, author));
  return 'error' in checked ? fail(checked.error.message, at) : checked.value;
}

function readHostPort(text: string, at: number): Destination {
  if (text.startsWith('[')) {
    return readBracketed(text, at);
  }
  if (isIPv6(text)) {
    return { host: checkHost(text, at) };
  }
  const [host = '', port, surplus] = text.split(':');
  if (surplus !== undefined) {
    fail(l10n.t('The host has too many colons; write an IPv6 address with a port as [::1]:22.'), at);
  }
  const checked = checkHost(host, at);
  return port === undefined
    ? { host: checked }
    : { host: checked, port: checkPort(port, 1, at + host.length + 1) };
}

function readBracketed(text: string, at: number): Destination {
  const close = text.indexOf(']');
  if (close < 0) {
    fail(l10n.t('"[" has no "]".'), at);
  }
  const host = checkHost(text.slice(1, close), at + 1);
  const rest = text.slice(close + 1);
  if (rest === '') {
    return { host };
  }
  return rest.startsWith(':')
    ? { host, port: checkPort(rest.slice(1), 1, at + close + 2) }
    : fail(l10n.t('Only a colon and a port can follow "]".'), at + close + 1);
}

/**
 * `[user@]host` or an ssh:// URL (ssh(1)). As in ssh, a colon is part of the host, so only IPv6 can have one. The users of
 * a project are checked when the properties that a command line is turned into are read.
 */
export function readDestinationWord(text: string): Parsed<Destination> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return parseDestination(text, 'user');
  }
  return attempt(() => {
    const separator = text.lastIndexOf('@');
    const host = text.slice(separator + 1);
    const port = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(host);
    if (port) {
      fail(
        l10n.t('ssh doesn\'t accept a port after the host: use "-p", as in "ssh -p 2222 example.org".'),
        text.lastIndexOf(':'),
      );
    }
    const bare = /^\[(.*)\]$/.exec(host)?.[1] ?? host;
    const checked = checkHost(bare, separator + 1);
    return separator < 0
      ? { host: checked }
      : { host: checked, user: checkUser(text.slice(0, separator), 0, 'user') };
  });
}

/** The destination as in `host` and `proxyJump` of a tunnel, and in `ssh -J`. */
export function serializeDestination({ host, user, port }: Destination): string {
  // These characters need a URL, in which a zone's "%" is written "%25" (RFC 6874).
  const isUri = user !== undefined && /\s|:\/\//.test(user);
  const shownHost = isUri
    ? formatHost(host).replace('%', '%25')
    : port === undefined
      ? host
      : formatHost(host);
  const shownUser = isUri ? encodeURIComponent(user) : user;
  const plain = `${shownUser === undefined ? '' : `${shownUser}@`}${shownHost}${port === undefined ? '' : `:${port}`}`;
  return isUri ? `ssh://${plain}` : plain;
}
