// The names of a known_hosts line: patterns, or the hash of one name. Parses, matches and writes them.
import { createHmac, randomBytes } from 'node:crypto';
import { asciiLowerCase, matchesPatternList } from '../../util/glob';

/** The names of a line: patterns in lower case, or the salted hash of one name. */
export type HostNames = readonly string[] | { readonly salt: Buffer; readonly hash: Buffer };

/** match_pattern_list() in OpenSSH's match.c fails for a longer pattern. */
const maxPatternLength = 1022;
const sha1Length = 20;

/** @returns undefined: OpenSSH can't read them */
export function parseNames(field: string): HostNames | undefined {
  if (field.startsWith('|')) {
    const [, salt = '', hash = ''] = /^\|1\|([A-Za-z0-9+/]+=*)\|([A-Za-z0-9+/]+=*)$/.exec(field) ?? [];
    const hashed = { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
    return hashed.salt.length === sha1Length && hashed.hash.length === sha1Length ? hashed : undefined;
  }
  const patterns = field.split(',').map(asciiLowerCase);
  return patterns.some((pattern) => pattern.length > maxPatternLength) ? undefined : patterns;
}

/** @param host in lower case, as returned by lookupName() */
export function matchesNames(names: HostNames, host: string): boolean {
  return 'salt' in names
    ? createHmac('sha1', names.salt).update(host).digest().equals(names.hash)
    : matchesPatternList(host, names);
}

/** As with HashKnownHosts: `|1|salt|hash`. */
export function hashName(host: string): string {
  const salt = randomBytes(sha1Length);
  const hash = createHmac('sha1', salt).update(host).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}
