// What a host, a user and a port may be made of, whoever wrote them. All of them end the parse at a fault.
import { isIPv6 } from 'node:net';
import { fail, findHidden, quote } from './text';

const highestPort = 65535;
/** NI_MAXHOST - 1: the longest that OpenSSH takes. */
const longestHost = 1024;
const noVariables = 'variables such as ${…} are understood in socket paths only';

/**
 * A name, alias or address, IPv6 without its brackets and perhaps with a zone: no option, and nothing that a shell
 * would read, as a ProxyCommand may be given it. Refuses what OpenSSH refuses (ssh_valid_hostname in readconf.c),
 * and `@`.
 */
export function checkHost(host: string, at: number): string {
  if (host === '') {
    fail('the host is missing', at);
  }
  if (host.startsWith('-')) {
    fail(`a host can't begin with "-", as ${quote(host)} does: it would be read as an option`, at);
  }
  if (host.includes('${')) {
    fail(noVariables, at + host.indexOf('${'));
  }
  const wrong = firstOf(findHidden(host), host.search(/[\s'"`$\\;&<>|(){},@]/));
  if (wrong >= 0) {
    fail(`a host can't hold ${quote(host.charAt(wrong))}`, at + wrong);
  }
  if (host.includes(':') && !isIPv6(host)) {
    fail(`${quote(host)} is not an IPv6 address`, at);
  }
  if (host.length > longestHost) {
    fail(`a host has at most ${longestHost} characters`, at + longestHost);
  }
  return host;
}

/** Whom to log in as, by the rules of OpenSSH (ssh_valid_ruser in readconf.c). */
export function checkUser(user: string, at: number): string {
  if (user === '') {
    fail('the user before "@" is missing', at);
  }
  if (user.startsWith('-')) {
    fail(`a user can't begin with "-", as ${quote(user)} does: it would be read as an option`, at);
  }
  if (user.includes('${')) {
    fail(noVariables, at + user.indexOf('${'));
  }
  const wrong = firstOf(findHidden(user), user.search(/['"`;&<>|(){}]/));
  if (wrong >= 0) {
    fail(`a user can't hold ${quote(user.charAt(wrong))}`, at + wrong);
  }
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
