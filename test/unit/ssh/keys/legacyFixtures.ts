// One ECDSA key in encryptions that OpenSSL 3 keeps in its legacy provider, which isn't everywhere. Made once by
// `openssl ec` and `openssl pkcs8`, for the tests alone; the passphrase is `open sesame`.
export const legacyPublicLine =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBN9KudP9Q1gSP9bMePpJwO/48Oxfa7yKd5EAZtLGOelZHT/YVmwKjnFfuFutks8IJUZXvTN+sgk490V3xZ0d30M=';

export interface LegacyFixture {
  readonly label: string;
  readonly text: string;
  /** The encryption, if it isn't supported. */
  readonly unsupported?: string;
}

export const legacyKeys: readonly LegacyFixture[] = [
  {
    label: 'DES-CBC in PEM',
    text: `-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: DES-CBC,4D1552DBC96D4AFB

FsRWMMZ7Hd1g+J80Y83xb8sRNC3C5cIIQ4+i7lZP+40NWJEiOMMQvCgmL3xugwUs
qnYCrMKwZ4R+9EmG4g0X8gau/lFlCZjXXxoQHtycq6mWElerympb1A0A8M/SBkWp
rB0iYlN76TRai+TUPVpF5QAgY1WkikbFrGCWHRx+zW4=
-----END EC PRIVATE KEY-----`,
  },
  {
    label: 'PBE-MD5-DES in PKCS#8',
    text: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGwMBsGCSqGSIb3DQEFAzAOBAg0OMfrxRk2ogICCAAEgZD2lsYNnbNnY4kPRFX0
4BSfABoMsxWRmOzUxt/+RflZPQyPWxD61F6Sg74j9g7ogjsZo3kcB8PQyiDtrDu6
cM7wkJjOdWhHW8Bv6hV61NIO9RFzsyR+QiaHGt5MxnBs6HI/C5SFljNlNZG6qLdp
t+LltFlmty1rp6D5vocune2a+Bj+T0R2uG3D1IdxpGGx3ik=
-----END ENCRYPTED PRIVATE KEY-----`,
  },
  {
    label: 'PBE-SHA1-DES in PKCS#8',
    text: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGwMBsGCSqGSIb3DQEFCjAOBAjlZpzCsSwTpQICCAAEgZDfxgKEFkX7BsaHFvHT
5wyClTwyqS/Gy/NeFOJjVYZmnLKn7/F57itRo1oCqhFAVNFgEpwvngTylCmyGtzm
NyFUBbttu0VGGecDFOcNbBKOdRglrqnjElM9QIMlUXka8dXD8tQJYsnbmywZG+4U
4ICeCAaZjFiIhCt/R2XnCf8jwsKJDi3tO5b4giJPegxqWyo=
-----END ENCRYPTED PRIVATE KEY-----`,
  },
  {
    label: 'DES-CBC in PBES2',
    text: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHgMEsGCSqGSIb3DQEFDTA+MCkGCSqGSIb3DQEFDDAcBAjqbKzP2KhPnQICCAAw
DAYIKoZIhvcNAgkFADARBgUrDgMCBwQIetFSkleViG0EgZCuLwJcZS2y0WP+Y5k6
yr9sdAXZ9QXEYA6vMG2coo3LBbrYiWkprY1Gi7MtwUJnBxHrJgtZLSmk63poLUs0
LSWRmCowhe/rK9KjTx8PraOww0x/2KwCdbGt0H8+n4Xvm1+MFy1BhAFCl5jlHF8d
23kWTCesFYMRKF4QKHZjjy/AaGglxlZeQ3rQ5OgNbiyGRKA=
-----END ENCRYPTED PRIVATE KEY-----`,
  },
  {
    label: 'SEED-CBC in PEM',
    unsupported: 'SEED-CBC',
    text: `-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: SEED-CBC,8E44E78842620BCE2B624670EA5E0D88

9KOp8MeSBb9TfwqBT1Z/3k0UQkuV40bVO25ArBw8viAE1GPnXLTCzYPUdrzRKty1
zmxB09MCxdxFf8hIf42v1k50TGHmFqdW5T1GQiY9FjLTPIPG9SWyZS8DK/8/m22L
+x/g4TwFex4F/AhxjI2cEnmqC4nQZPFiThMo2nHOczE=
-----END EC PRIVATE KEY-----`,
  },
  {
    label: 'PBE-SHA1-RC2-40 in PKCS#8',
    unsupported: 'PBE-SHA1-RC2-40',
    text: `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGxMBwGCiqGSIb3DQEMAQYwDgQIxIDHcoeD6vECAggABIGQAb3zo0z36MCEPvD+
FRP8OP5bq4GgR8TO28mE/OdyAEFjUuOwCBWkoP3JtmPk1FVWFAEHUHNq6sRJ49tO
nzafutiXaj+Im2uvkJWMd1/hOW6h3ME2VQYIq4evI+9po+ffy7bWLIy0Uu4tPK1y
qWR03OmbNk8GdvH3uOnNM1elxfH8/Q8cCYU9TVs5qOC8SMT/
-----END ENCRYPTED PRIVATE KEY-----`,
  },
];
