// CanonicalizeHostname: looks a host up in CanonicalDomains, as resolve_canonicalize() in OpenSSH's ssh.c does, but follows
// no CNAME.
import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';

export interface CanonicalOptions {
  /** A value of CanonicalizeHostname in ssh_config(5). */
  readonly canonicalize: string;
  readonly domains: readonly string[];
  readonly maxDots: number;
  /** Whether ssh connects to the host itself: no ProxyJump, no ProxyCommand. */
  readonly isDirect: boolean;
  /** A value of AddressFamily. An address of the other family stays as it is. */
  readonly addressFamily: string;
}

/**
 * @param isKnown whether there is a host of this name, which ends with a dot
 * @returns undefined: none of the domains has the name
 */
export async function canonicalName(
  name: string,
  { canonicalize, domains, maxDots, isDirect, addressFamily }: CanonicalOptions,
  isKnown: (name: string) => Promise<boolean> = canBeLookedUp,
): Promise<string | undefined> {
  const isOff = /^(no|false)$/.test(canonicalize) || (!isDirect && canonicalize !== 'always');
  if (isOff || isAddress(name)) {
    return canonicalAddress(name, addressFamily.toLowerCase());
  }
  if (name.endsWith('.')) {
    return (await isKnown(name)) ? name.slice(0, -1) : undefined;
  }
  if (name.split('.').length - 1 > maxDots) {
    return name;
  }
  for (const domain of domains) {
    if (domain.toLowerCase() === 'none') {
      break;
    }
    if (await isKnown(`${name}.${domain}.`)) {
      return `${name}.${domain}`;
    }
  }
  return undefined;
}

/** is_addr_fast() in ssh.c. */
function isAddress(name: string): boolean {
  return /[%:]|^[\d.]+$/.test(name);
}

/** As getnameinfo(3) writes it. A name stays as it is. */
function canonicalAddress(name: string, family: string): string {
  const isNumber = /^(0x[\da-f]+|\d+)(\.(0x[\da-f]+|\d+)){0,3}$/i.test(name);
  const isPossible = isNumber ? family !== 'inet6' : family !== 'inet' && isIPv6(name) && !name.includes('%');
  if (!isPossible) {
    return name;
  }
  // The URL standard reads IPv4 addresses as inet_aton(3) does.
  const url = `http://${isNumber ? name : `[${name}]`}/`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : name;
}

async function canBeLookedUp(name: string): Promise<boolean> {
  return lookup(name).then(
    () => true,
    () => false,
  );
}
