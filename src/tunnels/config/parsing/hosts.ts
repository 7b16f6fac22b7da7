// Checks hosts, user names and ports. Each check ends the current parse (`fail`) at a fault.
import { isIPv6 } from 'node:net';
import { findHidden } from '../../util/untrustedText';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { fail } from '../../util/parsing';
import { looksLikePassword, quote } from '../../util/shown';
import { servicePort } from './servicePorts';

const highestPort = 65535;
/** The longest name in the DNS (RFC 1035 §2.3.4), so that every question can name it in full. */
const longestHost = 253;
const longestUser = 255;
const longestProjectUser = 64;

/** Who has written a host and a user: the people of a project, the user in their own settings, or in their SSH config. */
export type Author = 'project' | 'user' | 'sshConfig';

/** The message about `${…}` anywhere else than in the path of a socket. */
export const noVariables = l10n.t('Variables such as {variable} are supported in socket paths only.', {
  variable: '${…}',
});

/** What follows a colon is a password, as in a URL (RFC 3986 §3.2.1); few accounts have a colon in their names. */
export const passwordInUser = l10n.t(
  'A user name can\'t contain ":". Remove the password: you are asked for it when the tunnel connects, and can save it in VS Code\'s secret storage. A name with ":" belongs in a Host block of your ~/.ssh/config (User).',
);

/**
 * Checks a name, alias or address; IPv6 without brackets, optionally with a zone. It must not be an option, contain shell
 * characters (a ProxyCommand or a Match exec may get it) or be a path (an Include may use it as a file name). Rejects
 * what OpenSSH rejects (ssh_valid_hostname in readconf.c) and more, because older versions are less strict.
 */
export function checkHost(host: string, at: number): string {
  if (host === '') {
    fail(l10n.t('The host is missing.'), at);
  }
  if (host.length > longestHost) {
    fail(l10n.t('A host has at most {longest} characters.', { longest: longestHost }), at + longestHost);
  }
  if (host.startsWith('-')) {
    fail(l10n.t('A host can\'t begin with "-": it would be read as an option.'), at);
  }
  if (host.includes('${')) {
    fail(noVariables, at + host.indexOf('${'));
  }
  const wrong = firstOf(
    findHidden(host),
    host.search(/[\s'"`$\\;&<>|(){},@#*?![\]^~=]|%(?=.*%)/),
    host.search(symbolBeyondAscii),
  );
  if (wrong >= 0) {
    fail(
      l10n.t("A host can't contain {character}.", { character: quote(characterAt(host, wrong)) }),
      at + wrong,
    );
  }
  if (looksLikePassword(host)) {
    fail(l10n.t('It looks as if the host contained a password.'), at);
  }
  if (host.includes(':') && !isIPv6(host)) {
    fail(l10n.t("A host can't contain a colon, except for an IPv6 address."), at);
  }
  rejectPath(host, l10n.t("A host can't be a path."), at);
  rejectLookAlikes(host, at);
  return host;
}

/** Beyond ASCII, only letters with their marks and digits are allowed. */
const symbolBeyondAscii = /[^\p{ASCII}\p{L}\p{M}\p{N}]/u;

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

/** ssh_config can use a name in file names: `Include ~/.ssh/hosts/%n`, `UserKnownHostsFile ~/.ssh/known/%k`. */
function rejectPath(name: string, problem: Message, at: number): void {
  const pathAt = name.search(/^\/|(?<![^/])\.{1,2}(?![^/])/);
  if (pathAt >= 0) {
    fail(problem, at + pathAt);
  }
}

/** Compatibility characters (UAX #15, NFKC), and alphabets with letters that look like Latin ones (UTS #39). */
function rejectLookAlikes(host: string, at: number): void {
  const normalized = host.normalize('NFKC');
  if (normalized !== host) {
    fail(
      l10n.t('{host} looks like {other}, but has other characters.', {
        host: quote(host),
        other: quote(normalized),
      }),
      at,
    );
  }
  const alike = host.search(/[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u);
  if (alike >= 0 && /\p{Script=Latin}/u.test(host)) {
    fail(
      l10n.t('{host} mixes Latin letters with letters that look like them, such as {character}.', {
        host: quote(host),
        character: quote(characterAt(host, alike)),
      }),
      at + alike,
    );
  }
}

/**
 * Checks a user name. The user's own may be what OpenSSH accepts (ssh_valid_ruser in readconf.c, missing before 9.6), but
 * nothing that makes a path. Machine accounts may end in `$`. A project's is checked more strictly.
 */
export function checkUser(user: string, at: number, author: Author): string {
  if (user === '') {
    fail(l10n.t('The user name before "@" is missing.'), at);
  }
  // As ssh does, a user's SSH config may use the colon that some bastions expect: ProxyJump me:target@bastion.
  const colon = author === 'sshConfig' ? -1 : user.search(/:|%3a/i);
  if (colon >= 0) {
    fail(passwordInUser, at + colon);
  }
  if (author === 'project') {
    checkProjectUser(user, at);
  }
  if (user.length > longestUser) {
    fail(l10n.t('A user name has at most {longest} characters.', { longest: longestUser }), at + longestUser);
  }
  if (user.startsWith('-')) {
    fail(l10n.t('A user name can\'t begin with "-": it would be read as an option.'), at);
  }
  if (user.includes('${')) {
    fail(noVariables, at + user.indexOf('${'));
  }
  const wrong = firstOf(
    findHidden(user),
    user.search(/['"`;&<>|(){}]|\$(?!$)|(?<!\S)#/),
    user.search(symbolBeyondAscii),
  );
  if (wrong >= 0) {
    fail(
      l10n.t("A user name can't contain {character}.", { character: quote(characterAt(user, wrong)) }),
      at + wrong,
    );
  }
  rejectPath(user, l10n.t("A user name can't be a path."), at);
  const misread = user.search(/\s-|\\$/);
  if (misread >= 0) {
    fail(
      l10n.t('A user name can\'t contain "-" after a space or end in "{character}".', { character: '\\' }),
      at + misread,
    );
  }
  return user;
}

/**
 * A project's user may get into a shell (`Match exec`, ProxyCommand), and must not look like a host in a question. A `\`
 * separates a Windows domain from its user, and a shell at most removes it there.
 */
function checkProjectUser(user: string, at: number): void {
  const fault =
    user.length > longestProjectUser ? longestProjectUser : user.search(/[^\w.+\\-]|\\(?=.*\\|$)|^\\/);
  if (fault >= 0) {
    fail(
      l10n.t(
        'A project can name a user of at most {longest} letters (A to Z), digits and {characters}. Set any other user in your own ~/.ssh/config, with "User" in a Host block, and leave it out here.',
        { longest: longestProjectUser, characters: '. _ + - \\' },
      ),
      at + fault,
    );
  }
}

/** Checks a port in digits, or by the name of its service. 0 means any free port, which only a listener can have. */
export function checkPort(text: string, lowest: 0 | 1, at: number): number {
  if (text === '') {
    fail(l10n.t('The port is missing.'), at);
  }
  const ofService = servicePort(text);
  if (ofService !== undefined) {
    return ofService;
  }
  if (!/^\d+$/.test(text)) {
    fail(
      l10n.t('A port must be a number from {lowest} to {highest}, or a service such as "http".', {
        lowest,
        highest: highestPort,
      }),
      at,
    );
  }
  const port = Number(text);
  if (port < lowest || port > highestPort) {
    fail(
      l10n.t('A port must be a number from {lowest} to {highest}.', {
        lowest,
        highest: highestPort,
      }),
      at,
    );
  }
  return port;
}

function firstOf(...offsets: number[]): number {
  const found = offsets.filter((offset) => offset >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}
