// Which names of algorithms ssh knows: it refuses a file in which a list has any other name.
import { matchesPattern } from '../../../util/glob';

/** What OpenSSH's readconf.c calls the value of each keyword. */
const faults = {
  ciphers: 'Bad SSH2 cipher spec',
  macs: 'Bad SSH2 MAC spec',
  kexAlgorithms: 'Bad SSH2 KexAlgorithms',
  keyTypes: 'Bad key types',
} as const;

export type AlgorithmKind = keyof typeof faults;

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

const keyTypes = words(`
  ssh-ed25519 ssh-rsa rsa-sha2-256 rsa-sha2-512 ssh-dss ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521
`).flatMap((name) => [name, `${name}-cert-v01@openssh.com`]);

/**
 * Of OpenSSH 9.2 and newer: cipher.c, mac.c, kex-names.c, ssh-*.c. More than ssh offers by default, and more than is
 * supported here: a connection tells which of them can't be used.
 */
const names: Readonly<Record<AlgorithmKind, ReadonlySet<string>>> = {
  ciphers: new Set(
    words(`3des-cbc aes128-cbc aes192-cbc aes256-cbc aes128-ctr aes192-ctr aes256-ctr aes128-gcm@openssh.com
      aes256-gcm@openssh.com chacha20-poly1305@openssh.com`),
  ),
  macs: new Set(
    words('hmac-sha1 hmac-sha1-96 hmac-sha2-256 hmac-sha2-512 hmac-md5 hmac-md5-96 umac-64 umac-128').flatMap(
      (name) => [name.startsWith('umac') ? `${name}@openssh.com` : name, `${name}-etm@openssh.com`],
    ),
  ),
  kexAlgorithms: new Set(
    words(`diffie-hellman-group1-sha1 diffie-hellman-group14-sha1 diffie-hellman-group14-sha256
      diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha1
      diffie-hellman-group-exchange-sha256 ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521
      curve25519-sha256 curve25519-sha256@libssh.org sntrup761x25519-sha512 sntrup761x25519-sha512@openssh.com
      mlkem768x25519-sha256 mlkem768nistp256-sha256`),
  ),
  keyTypes: new Set([
    ...keyTypes,
    ...words(`sk-ssh-ed25519@openssh.com sk-ssh-ed25519-cert-v01@openssh.com sk-ecdsa-sha2-nistp256@openssh.com
      sk-ecdsa-sha2-nistp256-cert-v01@openssh.com webauthn-sk-ecdsa-sha2-nistp256@openssh.com
      webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com`),
  ]),
};

/** The other names of key types, in any case: sshkey_type_from_name() in sshkey.c. */
const shortKeyType = /^((ED25519|ECDSA)(-SK)?|RSA|DSA)(-CERT)?$/i;

/** @returns what ssh says of the list; undefined: it takes it */
export function algorithmFault(kind: AlgorithmKind, list: string): string | undefined {
  if (list.startsWith('-')) {
    return undefined;
  }
  const text = list.replace(/^[+^]/, '');
  const listed = text.split(',');
  const end = listed.indexOf('');
  // What follows an empty name isn't looked at.
  const checked = end < 0 ? listed : listed.slice(0, end);
  const isFine = text !== '' && checked.every((name) => isKnown(kind, name));
  return isFine ? undefined : `${faults[kind]} '${list}'.`;
}

/** Wildcards stand for key types only, and must match one: sshkey_names_valid2() in sshkey.c. */
function isKnown(kind: AlgorithmKind, name: string): boolean {
  if (names[kind].has(name)) {
    return true;
  }
  if (kind !== 'keyTypes') {
    return false;
  }
  const pattern = name.replace(/^!/, '');
  return (
    shortKeyType.test(name) ||
    (/^!|[*?]/.test(name) && [...names.keyTypes].some((known) => matchesPattern(known, pattern)))
  );
}
