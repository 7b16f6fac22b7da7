// Shows what the user must recognize to the letter before agreeing to it: commands, paths, hosts and accounts. Everything
// else goes through plainText() of format.ts, which is easier to read.
import { domainToASCII } from 'node:url';
import { l10n } from 'vscode';
import { formatDestination } from '../../tunnels/config/definition';
import type { Destination } from '../../tunnels/config/definition';
import { formatAddress, formatHost, isSocketPath } from '../../tunnels/util/address';
import type { Address } from '../../tunnels/util/address';
import { hideInCommand } from '../../tunnels/util/shown';
import { codePointEscape } from '../../tunnels/util/untrustedText';
import { fullPlainText, plainText } from './format';

/** Spaces that HTML, a dialog or the eye would lose; `\u{`; all but ASCII and the letters of Latin-1. */
const notPlain = /^ +| +$| {2,}|\\(?=u\{)|[^ -~À-ÖØ-öø-ÿ]/gu;

/**
 * One-to-one, on one line: two different texts are never shown alike. A space at an end or beside another one is `␣`.
 * Letters that look like others, combining marks, invisible characters and the like are `\u{…}`, with the code point.
 */
export function exactText(text: string): string {
  return text.replace(notPlain, (found) =>
    found.startsWith(' ') ? '␣'.repeat(found.length) : codePointEscape(found),
  );
}

/** As exactText(), for a text in which `…` stands for a password. */
export function exactButHidden(text: string): string {
  return exactText(text).replaceAll(codePointEscape('…'), '…');
}

/**
 * A program's command, outside the question whether it may run: to the letter, without what looks like a password, and
 * cut off after 1000 characters.
 */
export function commandWithoutPasswords(command: string): string {
  return exactButHidden(hideInCommand(command));
}

/** A name of a tunnel, program or forward, in quotes that it can't end. */
export function quotedName(name: string): string {
  return inQuotes(plainText(name));
}

/** In quotes if it could be taken for more than a path. */
function exactPath(path: string): string {
  const shown = exactText(path);
  return /[ ,;:"]/.test(shown) ? inQuotes(shown) : shown;
}

function inQuotes(text: string): string {
  return `"${text.replaceAll('"', codePointEscape('"'))}"`;
}

/**
 * A host or `host:port`. One with letters beyond ASCII is shown as the DNS is asked for it, with the letters beside it:
 * `xn--ithub-qmc.com:22 (ɡithub.com)`. Node asks by this form too; `ssh` sends the letters as they are, to which the DNS
 * has no answer.
 */
export function shownHost(text: string): string {
  if (/^[!-~]*$/.test(text)) {
    return text;
  }
  const [, host = '', port = ''] = /^(.*?)(:\d+)?$/s.exec(text) ?? [];
  // It reads a "/" as the end of the name.
  const ascii = host.includes('/') ? '' : domainToASCII(host);
  return ascii === '' ? exactText(text) : `${ascii}${port} (${fullPlainText(host)})`;
}

export function shownAddress(address: Address): string {
  return isSocketPath(address) ? exactPath(address.path) : shownHost(formatAddress(address));
}

/** The longest word that the title of a box or a dialog shows; the editor cuts off the rest. */
const longestInTitle = 60;

/** For a title: of a long name the end, which says whose host it is. The text below the title has the whole name. */
export function titleHost(text: string): string {
  const shown = shownHost(text);
  return shown.length > longestInTitle ? `…${shown.slice(1 - longestInTitle)}` : shown;
}

/** `bastion.example.org:22 as me`: the host first, so that no user name can stand in for it. */
export function describeAccount(host: string, user: string): string {
  return l10n.t('{host} as {user}', { host: shownHost(host), user: exactText(user) });
}

/** A host as written in the settings, with port and user if it has them. */
export function describeDestination(destination: Destination): string {
  const host = hostOf(destination);
  return destination.user === undefined ? shownHost(host) : describeAccount(host, destination.user);
}

/** `me@staging:2222`; as describeDestination() if it has letters that could be taken for others. */
export function shortDestination(destination: Destination): string {
  const text = formatDestination({ destination });
  return /^[!-~]*$/.test(text) ? text : describeDestination(destination);
}

/** The host as written in the settings, with its port if it has one. */
export function hostOf({ host, port }: Destination): string {
  return port === undefined ? host : `${formatHost(host)}:${port}`;
}

/** The way to the last of these hops, which comes first: `db:22 as me, through gate:22 as me`. */
export function describeWay(hops: readonly string[]): string {
  const [server = '', ...jumpHosts] = hops.toReversed();
  return jumpHosts.length === 0
    ? server
    : l10n.t('{server}, through {jumpHosts}', { server, jumpHosts: jumpHosts.toReversed().join(' → ') });
}

/** A hop as resolved by the SSH config. */
interface Hop {
  readonly hostName: string;
  readonly user: string;
  readonly port: number;
}

export function describeHop(hop: Hop): string {
  return describeAccount(addressOf(hop), hop.user);
}

/** For a title: the server that these hops lead to. */
export function titleServer(hops: readonly Hop[]): string {
  const server = hops.at(-1);
  return server ? titleHost(addressOf(server)) : '';
}

function addressOf({ hostName, port }: Hop): string {
  return formatAddress({ host: hostName, port });
}
