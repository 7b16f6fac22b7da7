// Parses the destination of a command line, and formats one for `host`.
import { formatHost } from '../../util/address';
import type { Destination } from '../definition';
import { checkHost, checkUser } from '../parsing/hosts';
import { parseDestination } from '../parsing/parseDestination';
import { attempt, fail } from '../../util/text';
import type { Parsed } from '../../util/text';

/** `[user@]host` or an ssh:// URL (ssh(1)). As in ssh, a colon is part of the host, so only IPv6 can have one. */
export function readDestinationWord(text: string): Parsed<Destination> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return parseDestination(text);
  }
  return attempt(() => {
    const separator = text.lastIndexOf('@');
    const host = text.slice(separator + 1);
    const port = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(host);
    if (port) {
      fail(`ssh doesn't accept a port after the host: use "-p ${port[2] ?? ''}"`, text.lastIndexOf(':'));
    }
    const bare = /^\[(.*)\]$/.exec(host)?.[1] ?? host;
    const checked = checkHost(bare, separator + 1);
    return separator < 0
      ? { host: checked }
      : { host: checked, user: checkUser(text.slice(0, separator), 0) };
  });
}

/** The destination as in `host` and `proxyJump` of a tunnel, and in `ssh -J`. */
export function destinationText({ host, user, port }: Destination): string {
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
