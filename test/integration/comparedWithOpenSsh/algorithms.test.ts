// The negotiated algorithms, compared with ssh: key exchange, cipher, MAC.
import { compareWithOpenSsh } from './compareWithOpenSsh';
import type { ComparedCase } from './comparedCase';

const ciphers = [
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'chacha20-poly1305@openssh.com',
];
const kexes = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group-exchange-sha256',
];
/** UMAC is in rekey.test.ts: here, our code may run with ssh2's native binding, which knows none. */
const macs = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
  'hmac-sha1',
];

/** Excludes ciphers that need no MAC. */
const ctr = 'Ciphers aes128-ctr';

compareWithOpenSsh(
  'Algorithms',
  {
    main: { config: ['KexAlgorithms +diffie-hellman-group1-sha1'] },
    cbc: { config: ['Ciphers aes256-cbc', 'MACs hmac-sha1', 'KexAlgorithms diffie-hellman-group14-sha1'] },
    sntrup: { config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] },
    md5: { config: ['Ciphers aes128-ctr', 'MACs hmac-md5-96-etm@openssh.com'] },
    sha1: { hostKeys: ['rsa'], config: ['HostKeyAlgorithms ssh-rsa'] },
  },
  {
    Ciphers: [
      ...ciphers.map((cipher): ComparedCase => ({
        title: cipher,
        config: `Ciphers ${cipher}`,
        facts: { cipher },
      })),
      {
        title: 'a list whose first entry the server lacks',
        config: 'Ciphers aes256-cbc,aes192-ctr,aes128-ctr',
        facts: { cipher: 'aes192-ctr' },
      },
      { title: '^, which puts one first', config: 'Ciphers ^aes256-ctr', facts: { cipher: 'aes256-ctr' } },
      {
        title: '-, which removes some',
        config: 'Ciphers -chacha20*,aes128-gcm*,aes???-ctr',
        facts: { cipher: 'aes256-gcm@openssh.com' },
      },
      {
        title: '+, which adds one',
        server: 'cbc',
        config: 'Ciphers +aes256-cbc\nMACs +hmac-sha1\nKexAlgorithms +diffie-hellman-group14-sha1',
        facts: { cipher: 'aes256-cbc' },
      },
      { title: 'no algorithm in common', config: 'Ciphers aes256-cbc', outcome: 'no common algorithm' },
    ],
    KexAlgorithms: [
      ...kexes.map((kex): ComparedCase => ({ title: kex, config: `KexAlgorithms ${kex}`, facts: { kex } })),
      {
        title: 'a list whose first entry the server lacks',
        config: 'KexAlgorithms diffie-hellman-group14-sha1,ecdh-sha2-nistp384,ecdh-sha2-nistp256',
        facts: { kex: 'ecdh-sha2-nistp384' },
      },
      {
        title: '^, which puts one first',
        config: 'KexAlgorithms ^ecdh-sha2-nistp521',
        facts: { kex: 'ecdh-sha2-nistp521' },
      },
      {
        title: '-, which removes some',
        config: 'KexAlgorithms -sntrup*,curve*,ecdh-sha2-nistp256',
        facts: { kex: 'ecdh-sha2-nistp384' },
      },
      {
        title: 'no algorithm in common',
        config: 'KexAlgorithms diffie-hellman-group14-sha1',
        outcome: 'no common algorithm',
      },
      {
        title: 'a server with only sntrup761',
        server: 'sntrup',
        facts: { kex: 'sntrup761x25519-sha512@openssh.com' },
      },
    ],
    MACs: [
      ...macs.map((mac): ComparedCase => ({ title: mac, config: `${ctr}\nMACs ${mac}`, facts: { mac } })),
      {
        title: '^, which puts one first',
        config: `${ctr}\nMACs ^hmac-sha2-512`,
        facts: { mac: 'hmac-sha2-512' },
      },
      {
        title: '-, which removes some',
        config: `${ctr}\nMACs -umac*,*-etm@openssh.com,hmac-sha2-256`,
        facts: { mac: 'hmac-sha2-512' },
      },
      { title: 'no algorithm in common', config: `${ctr}\nMACs hmac-md5`, outcome: 'no common algorithm' },
      {
        title: 'a server with only an old MAC',
        server: 'md5',
        config: ctr,
        outcome: 'no common algorithm',
      },
      {
        title: 'that server, with +, which adds one',
        server: 'md5',
        config: `${ctr}\nMACs +hmac-md5-96-etm@openssh.com`,
        facts: { mac: 'hmac-md5-96-etm@openssh.com' },
      },
    ],
    defaults: [
      { title: 'a server with only old algorithms', server: 'cbc', outcome: 'no common algorithm' },
      {
        title: 'a server whose host key only signs with SHA-1',
        server: 'sha1',
        outcome: 'no common algorithm',
      },
      {
        title: 'that server with HostKeyAlgorithms +ssh-rsa',
        server: 'sha1',
        config: 'HostKeyAlgorithms +ssh-rsa',
        facts: { hostKey: 'ssh-rsa' },
      },
    ],
  },
);
