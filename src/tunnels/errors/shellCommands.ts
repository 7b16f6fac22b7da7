// Command lines and lines of configuration, as an explanation shows them to be copied.
import { formatHost } from '../util/address';
import { quoteForWindows, quoteWord } from '../config/commandLine/quoteWord';
import { formatDestination } from '../config/definition';
import { onServer } from './explanation';
import type { Case, Step } from './explanation';

/**
 * A word of a command line: what others wrote must stay one word, in a shell of either kind. What no quotes keep from the
 * shells of Windows is left out.
 */
export function word(text: string, platform: string): string {
  return platform === 'win32'
    ? (quoteForWindows(text) ?? `"${text.replace(/["$`%!\\\u2018-\u201f]/g, '?')}"`)
    : quoteWord(text);
}

/** `-p 2222 me@staging`: the destination, as ssh and its kin take it. */
export function sshArguments({ destination, facts, platform }: Case): string {
  if (!destination) {
    return word(facts.who ?? facts.host ?? 'HOST', platform);
  }
  const { port, ...rest } = destination;
  return `${port === undefined ? '' : `-p ${port} `}${word(formatDestination({ destination: rest }), platform)}`;
}

/** What people call the server: as the error names it, or as the settings do. */
export function serverName({ facts, destination }: Case): string {
  return facts.host ?? (destination ? formatDestination({ destination }) : 'the server');
}

/** For a Host block: the alias as it is written in the settings. */
export function aliasOf({ facts, destination }: Case): string {
  return destination?.host ?? facts.host ?? 'HOST';
}

/** A change of the server's configuration, and what makes it count. */
export function sshdConfig(text: string, lines: string): readonly Step[] {
  return [
    onServer(text, lines),
    onServer(
      'Check the file and have it read again, as an administrator:',
      'sudo sshd -t && sudo systemctl reload ssh',
    ),
  ];
}

/** Shows the options of a user's keys on the server. */
export const authorizedKeys = 'cat ~/.ssh/authorized_keys';

/** Who listens on a port, asked on a machine of this kind. */
export function whoListens(port: number, platform: string): string {
  switch (platform) {
    case 'win32':
      return `netstat -ano | findstr :${port}`;
    case 'darwin':
      return `lsof -nP -iTCP:${port} -sTCP:LISTEN`;
    default:
      return `ss -ltnp 'sport = :${port}'`;
  }
}

/** Whether a name is found, asked on a machine of this kind. */
export function lookUp(name: string, platform: string): string {
  const quoted = word(name, platform);
  switch (platform) {
    case 'win32':
      return `nslookup ${quoted}`;
    case 'darwin':
      return `dscacheutil -q host -a name ${quoted}`;
    default:
      return `getent hosts ${quoted}`;
  }
}

/** Whether a port can be reached from a machine of this kind. */
export function knock(host: string, port: number, platform: string): string {
  return platform === 'win32'
    ? `Test-NetConnection ${word(host, platform)} -Port ${port}`
    : `nc -vz -w 5 ${word(host, platform)} ${port}`;
}

/** `host:port` apart; undefined for a path. */
export function splitTarget(target: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:/]+)):(\d+)$/.exec(target) ?? [];
  const host = bracketed ?? plain;
  return host === undefined ? undefined : { host, port: Number(port) };
}

/** As PermitOpen takes it. */
export function permitOpen(target: string): string {
  const parts = splitTarget(target);
  return parts ? `${formatHost(parts.host)}:${parts.port}` : target;
}
