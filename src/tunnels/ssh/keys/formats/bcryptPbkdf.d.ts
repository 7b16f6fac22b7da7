// The parts of bcrypt-pbkdf that openSshKey.ts uses. The package has no types.
declare module 'bcrypt-pbkdf' {
  /** Writes `keyLength` bytes to `key`. @returns 0; -1 for parameters that it doesn't accept */
  export function pbkdf(
    passphrase: Uint8Array,
    passphraseLength: number,
    salt: Uint8Array,
    saltLength: number,
    key: Uint8Array,
    keyLength: number,
    rounds: number,
  ): number;
}
