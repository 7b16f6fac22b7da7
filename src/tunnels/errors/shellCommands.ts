// Commands and configuration lines that an explanation shows for copying.
import { quoteForWindows, quoteWord } from '../config/commandLine/quoteWord';
import { formatDestination } from '../config/definition';
import { untranslated } from '../util/l10n';
import type { Localizer } from '../util/l10n';
import { onServer } from './explanation';
import type { Circumstances, Step } from './explanation';

/**
 * A quoted word of a command line, for POSIX or Windows shells: untrusted text must stay one word. Characters that no
 * quotes protect in the shells of Windows become `?`.
 */
export function word(text: string, platform: string): string {
  return platform === 'win32'
    ? (quoteForWindows(text) ?? `"${text.replace(/["$`%!\\\u2018-\u201f]/g, '?')}"`)
    : quoteWord(text);
}

/**
 * `-p 2222 me@staging`: the destination as arguments of ssh.
 * @param fallback used when there is no destination: the host, or user and host
 */
export function sshArguments({ destination, platform }: Circumstances, fallback: string): string {
  if (!destination) {
    return word(fallback, platform);
  }
  const { port, ...rest } = destination;
  const host = word(formatDestination({ destination: rest }), platform);
  return port === undefined ? host : untranslated`-p ${port} ${host}`;
}

/** The alias for a Host block, as written in the settings. */
export function aliasOf({ destination }: Circumstances, host: string): string {
  return destination?.host ?? host;
}

/** A change of the server's configuration, and the command that applies it. */
export function sshdConfig(text: string, lines: string, l10n: Localizer): readonly Step[] {
  return [
    onServer(text, lines),
    onServer(
      l10n.t('Check the file and reload it, as an administrator:'),
      untranslated`sudo sshd -t && sudo systemctl reload ssh`,
    ),
  ];
}

/**
 * How to add an address to PermitListen or PermitOpen. A line of its own would forbid all other addresses to everybody,
 * so the line that is shown isn't valid before the others are in it: `sshd -t` refuses it.
 */
export function addToList(
  keyword: 'PermitListen' | 'PermitOpen',
  address: string,
  host: string,
  l10n: Localizer,
): readonly Step[] {
  return [
    onServer(
      l10n.t('See what {keyword} allows now, and where it stands:', { keyword }),
      untranslated`sudo grep -rin ${keyword} /etc/ssh/sshd_config /etc/ssh/sshd_config.d`,
    ),
    ...sshdConfig(
      l10n.t(
        'If it stands there, add {address} after the addresses that it has (here: OTHERS). Alone, it would forbid every other one on {host}, for everybody:',
        { address, host },
      ),
      untranslated`${keyword} OTHERS ${address}`,
      l10n,
    ),
  ];
}

/** The command that shows the options of a user's keys on the server. */
export const authorizedKeys = 'cat ~/.ssh/authorized_keys';

/** The command that shows the end of the SSH server's log. */
export const serverLog = untranslated`sudo journalctl -u ssh -n 50`;

/** The command that shows which program listens on a port. */
export function listenersCommand(port: number, platform: string): string {
  switch (platform) {
    case 'win32':
      return `netstat -ano | findstr :${port}`;
    case 'darwin':
      return `lsof -nP -iTCP:${port} -sTCP:LISTEN`;
    default:
      return untranslated`ss -ltnp 'sport = :${port}'`;
  }
}

/** The command that checks whether a host name resolves. */
export function lookUpCommand(name: string, platform: string): string {
  const quoted = word(name, platform);
  switch (platform) {
    case 'win32':
      return untranslated`nslookup ${quoted}`;
    case 'darwin':
      return untranslated`dscacheutil -q host -a name ${quoted}`;
    default:
      return untranslated`getent hosts ${quoted}`;
  }
}

/** The command that checks whether a port accepts connections. */
export function checkPortCommand(host: string, port: number, platform: string): string {
  return platform === 'win32'
    ? untranslated`Test-NetConnection ${word(host, platform)} -Port ${port}`
    : `nc -vz -w 5 ${word(host, platform)} ${port}`;
}

/** Loads the keys whose passphrases are in macOS's keychain into the agent. Other builds of ssh-add don't know the option. */
export const loadKeychainCommand = '/usr/bin/ssh-add --apple-load-keychain';
