// The destination of a command line: reads the word that ssh takes for it, and writes one as `host` has it.
import { formatHost } from '../../util/address';
import type { Destination } from '../definition';
import { checkHost, checkUser } from '../hosts';
import { parseDestination } from '../parseDestination';
import { attempt, fail } from '../../util/text';
import type { Parsed } from '../../util/text';

/** `[user@]host` or an ssh:// address (ssh(1)). As for ssh, a colon belongs to the host, which it can do in IPv6 only. */
export function readDestinationWord(text: string): Parsed<Destination> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return parseDestination(text);
  }
  return attempt(() => {
    const separator = text.lastIndexOf('@');
    const host = text.slice(separator + 1);
    const port = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(host);
    if (port) {
      fail(`ssh takes the port apart from the host: write "-p ${port[2] ?? ''}"`, text.lastIndexOf(':'));
    }
    const bare = /^\[(.*)\]$/.exec(host)?.[1] ?? host;
    const checked = checkHost(bare, separator + 1);
    return separator < 0
      ? { host: checked }
      : { host: checked, user: checkUser(text.slice(0, separator), 0) };
  });
}

/** As `host` and `proxyJump` of a tunnel have it, and `ssh -J`. */
export function destinationText({ host, user, port }: Destination): string {
  // What only an address can hold. A zone's "%" is written "%25" in one (RFC 6874).
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
