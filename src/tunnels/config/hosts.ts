// What a host, a user and a port may be made of, whoever wrote them. All of them end the parse at a fault.
import { isIPv6 } from 'node:net';
import { findHidden } from '../util/invisibleCharacters';
import { fail, quote } from '../util/text';

const highestPort = 65535;
/** NI_MAXHOST - 1: the longest that OpenSSH takes. */
const longestHost = 1024;
const longestUser = 255;
const noVariables = 'variables such as ${…} are understood in socket paths only';

/**
 * A name, alias or address, IPv6 without its brackets and perhaps with a zone: no option, and nothing that a shell
 * would read, as a ProxyCommand or a Match exec may be given it, nor a path that leads elsewhere, as the file of an
 * Include may be named after it. Refuses what OpenSSH refuses (ssh_valid_hostname in readconf.c) and more, as not every
 * version of it does.
 */
export function checkHost(host: string, at: number): string {
  if (host === '') {
    fail('the host is missing', at);
  }
  if (host.length > longestHost) {
    fail(`a host has at most ${longestHost} characters`, at + longestHost);
  }
  if (host.startsWith('-')) {
    fail(`a host can't begin with "-", as ${quote(host)} does: it would be read as an option`, at);
  }
  if (host.includes('${')) {
    fail(noVariables, at + host.indexOf('${'));
  }
  const wrong = firstOf(
    findHidden(host),
    host.search(/[\s'"`$\\;&<>|(){},@#*?![\]^]/),
    host.search(foreignSymbol),
  );
  if (wrong >= 0) {
    fail(`a host can't hold ${quote(characterAt(host, wrong))}`, at + wrong);
  }
  if (host.includes(':') && !isIPv6(host)) {
    fail(`${quote(host)} is not an IPv6 address`, at);
  }
  refuseWayOut(host, 'host', at);
  refuseLookAlikes(host, at);
  return host;
}

/** ASCII apart, a name is made of letters with their marks, and of digits. */
const foreignSymbol = /[^\p{ASCII}\p{L}\p{M}\p{N}]/u;

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

/** ssh_config may name files after it: `Include ~/.ssh/hosts/%n`, `UserKnownHostsFile ~/.ssh/known/%k`. */
function refuseWayOut(name: string, what: 'host' | 'user', at: number): void {
  const wayOut = name.search(/^\/|(?<![^/])\.{1,2}(?![^/])/);
  if (wayOut >= 0) {
    fail(`a ${what} can't be a path, as ${quote(name)} is`, at + wayOut);
  }
}

/** Letters that stand for others (UAX #15, NFKC), and alphabets that share shapes with the Latin one (UTS #39). */
function refuseLookAlikes(host: string, at: number): void {
  const meant = host.normalize('NFKC');
  if (meant !== host) {
    fail(`${quote(host)} only looks like ${quote(meant)}, or is another way to write it`, at);
  }
  const alike = host.search(/[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u);
  if (alike >= 0 && /\p{Script=Latin}/u.test(host)) {
    fail(
      `${quote(host)} mixes Latin letters with others that look like them, as ${quote(characterAt(host, alike))} does`,
      at + alike,
    );
  }
}

/**
 * Whom to log in as, by the rules of OpenSSH (ssh_valid_ruser in readconf.c, which versions before 9.6 lack), and
 * without what else a shell would fill in or a path would lead elsewhere by; the accounts of machines end in `$`.
 */
export function checkUser(user: string, at: number): string {
  if (user === '') {
    fail('the user before "@" is missing', at);
  }
  if (user.length > longestUser) {
    fail(`a user has at most ${longestUser} characters`, at + longestUser);
  }
  if (user.startsWith('-')) {
    fail(`a user can't begin with "-", as ${quote(user)} does: it would be read as an option`, at);
  }
  if (user.includes('${')) {
    fail(noVariables, at + user.indexOf('${'));
  }
  const wrong = firstOf(
    findHidden(user),
    user.search(/['"`;&<>|(){}]|\$(?!$)|(?<!\S)#/),
    user.search(foreignSymbol),
  );
  if (wrong >= 0) {
    fail(`a user can't hold ${quote(characterAt(user, wrong))}`, at + wrong);
  }
  refuseWayOut(user, 'user', at);
  const misread = user.search(/\s-|\\$/);
  if (misread >= 0) {
    fail('a user can\'t hold "-" after a space, nor end in "\\"', at + misread);
  }
  return user;
}

/** A port in digits; 0, any free port, only where something listens. */
export function checkPort(text: string, lowest: 0 | 1, at: number): number {
  if (text === '') {
    fail('the port is missing', at);
  }
  const range = `a number from ${lowest} to ${highestPort}`;
  if (!/^\d+$/.test(text)) {
    fail(`${quote(text)} is not a port: write ${range}, as names of services are not read`, at);
  }
  const port = Number(text);
  if (port < lowest || port > highestPort) {
    fail(`${quote(text)} is not a port: write ${range}`, at);
  }
  return port;
}

function firstOf(...offsets: number[]): number {
  const found = offsets.filter((offset) => offset >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}
