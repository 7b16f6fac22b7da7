// The login, compared with ssh: which keys are offered in which order, which prompts appear, and what the server
// accepts.
import { compareWithOpenSsh } from './compareWithOpenSsh';

const own = 'IdentityFile {keys}/own';
const noKey = 'IdentityFile none';
const asUser = 'User {user}';
const failed = { outcome: 'authentication failed' } as const;
const withPassword = { server: 'password', answers: { password: ['{password}'] } } as const;
const sesame = { passphrase: ['{passphrase}'] };
const otherKeys = [1, 2, 3, 4, 5].map((number) => `other${number}`);
const offer = (name: string): string => `publickey ${name}`;

compareWithOpenSsh(
  'Authentication',
  {
    main: { config: ['TrustedUserCAKeys {keys}/ca.pub'] },
    password: { config: ['PasswordAuthentication yes'] },
    code: { config: ['UsePAM yes', 'KbdInteractiveAuthentication yes'] },
    both: { config: ['UsePAM yes', 'KbdInteractiveAuthentication yes', 'PasswordAuthentication yes'] },
    keyThenPassword: { config: ['PasswordAuthentication yes', 'AuthenticationMethods publickey,password'] },
    keyThenCode: {
      config: [
        'UsePAM yes',
        'KbdInteractiveAuthentication yes',
        'AuthenticationMethods publickey,keyboard-interactive',
      ],
    },
    twoKeys: { config: ['AuthenticationMethods publickey,publickey'] },
    manyTries: { config: ['MaxAuthTries 20'] },
  },
  {
    'key files': [
      {
        title: 'Ed25519',
        config: own,
        facts: { attempts: ['none', offer('own')], accepted: ['publickey own'] },
      },
      {
        title: 'RSA',
        config: 'IdentityFile {keys}/own-rsa',
        facts: { accepted: ['publickey own-rsa'] },
      },
      { title: 'ECDSA', config: 'IdentityFile {keys}/own-ecdsa' },
      { title: 'RSA in PEM', config: 'IdentityFile {keys}/own-rsa.pem' },
      { title: 'RSA in PKCS#8', config: 'IdentityFile {keys}/own-rsa.pkcs8' },
      {
        title: 'several keys, in their order',
        config: `IdentityFile {keys}/other1\nIdentityFile {keys}/other2\n${own}`,
        facts: { attempts: ['none', offer('other1'), offer('other2'), offer('own')] },
      },
      {
        title: 'keys of several blocks, in the order of the file',
        config: `Host web\n IdentityFile {keys}/other1\nHost *\n ${own}`,
        facts: { attempts: ['none', offer('other1'), offer('own')] },
      },
      {
        title: 'the same key file twice',
        config: `IdentityFile {keys}/other1\nIdentityFile {keys}/other1\n${own}`,
      },
      { title: 'a missing key file', config: `IdentityFile {dir}/missing\n${own}` },
      {
        title: 'a file that holds no key',
        config: `IdentityFile {dir}/nonsense\n${own}`,
        files: { nonsense: 'nonsense\n' },
      },
      {
        title: 'only a public key, without an agent',
        config: `IdentityFile {dir}/id\n${own}`,
        files: { 'id.pub': '{file:own2.pub}' },
        except: ['attempts'],
      },
      {
        title: 'a key that others may read',
        config: `IdentityFile {dir}/id`,
        files: { id: { text: '{file:own}', mode: 0o644 } },
        ...failed,
        except: ['attempts'],
      },
      {
        title: 'a key that others may read, then a good one',
        config: `IdentityFile {dir}/id\n${own}`,
        files: { id: { text: '{file:own2}', mode: 0o644 } },
        except: ['attempts'],
      },
      { title: "a key that the server doesn't accept", config: 'IdentityFile {keys}/other1', ...failed },
      { title: 'IdentityFile none', config: noKey, ...failed },
      {
        title: 'PubkeyAuthentication no',
        config: 'PubkeyAuthentication no',
        ...failed,
        facts: { attempts: ['none'] },
      },
      {
        title: 'the sixth key of six',
        config: [...otherKeys.map((name) => `IdentityFile {keys}/${name}`), own].join('\n'),
        facts: { accepted: ['publickey own'] },
      },
      {
        title: 'the seventh key, when MaxAuthTries is 6',
        config: [...otherKeys, 'other6', 'own'].map((name) => `IdentityFile {keys}/${name}`).join('\n'),
        outcome: 'too many failures',
      },
      {
        title: 'the eighth key, when MaxAuthTries is 20',
        server: 'manyTries',
        config: [...otherKeys, 'other6', 'other7', 'own']
          .map((name) => `IdentityFile {keys}/${name}`)
          .join('\n'),
        facts: { accepted: ['publickey own'] },
      },
      { title: "a user that doesn't exist", config: 'User nobody-at-all', ...failed },
    ],
    'keys with a passphrase': [
      {
        title: 'the right answer',
        config: 'IdentityFile {keys}/locked',
        answers: sesame,
        facts: { accepted: ['publickey locked'] },
      },
      {
        title: 'a wrong answer, then the right one',
        config: 'IdentityFile {keys}/locked',
        answers: { passphrase: ['wrong', '{passphrase}'] },
      },
      {
        title: 'three wrong answers',
        config: 'IdentityFile {keys}/locked',
        answers: { passphrase: ['a', 'b', 'c', '{passphrase}'] },
        ...failed,
      },
      {
        title: 'a wrong passphrase with NumberOfPasswordPrompts 1',
        config: 'NumberOfPasswordPrompts 1\nIdentityFile {keys}/locked',
        answers: { passphrase: ['wrong', '{passphrase}'] },
        ...failed,
      },
      { title: 'no prompt possible', config: 'IdentityFile {keys}/locked', ...failed },
      {
        title: 'no prompt possible, then the next key',
        config: `IdentityFile {keys}/locked\n${own}`,
        facts: { accepted: ['publickey own'] },
      },
      {
        title: 'a key with a passphrase between others',
        config: `IdentityFile {keys}/locked\n${own}`,
        answers: sesame,
        facts: { accepted: ['publickey locked'] },
      },
      {
        title: "a key with a passphrase that the server doesn't accept",
        config: `IdentityFile {keys}/locked-other\n${own}`,
        answers: sesame,
        facts: { accepted: ['publickey own'] },
      },
      {
        title: 'a key without its .pub',
        config: 'IdentityFile {dir}/id',
        files: { id: '{file:locked}' },
        answers: sesame,
      },
      {
        title: "a key that the server doesn't accept, without its .pub",
        config: `IdentityFile {dir}/id\n${own}`,
        files: { id: '{file:locked-other}' },
        answers: sesame,
      },
      { title: 'PEM', config: 'IdentityFile {keys}/own-rsa.pem-locked', answers: sesame },
      { title: 'PKCS#8', config: 'IdentityFile {keys}/own-rsa.pkcs8-locked', answers: sesame },
      { title: 'RSA', config: 'IdentityFile {keys}/locked-rsa', answers: sesame },
    ],
    agents: [
      {
        title: 'an agent key without a file',
        config: noKey,
        agent: ['own'],
        facts: { accepted: ['publickey own'] },
      },
      {
        title: "the agent's keys in their order",
        config: noKey,
        agent: ['other1', 'other2', 'own'],
        facts: { attempts: ['none', offer('other1'), offer('other2'), offer('own')] },
      },
      {
        title: 'an agent key that is also an IdentityFile',
        config: own,
        agent: ['other1', 'own'],
        facts: { attempts: ['none', offer('own')] },
      },
      {
        title: 'agent keys before key files',
        config: own,
        agent: ['other1'],
        facts: { attempts: ['none', offer('other1'), offer('own')] },
      },
      {
        title: 'IdentitiesOnly with a key file',
        config: `IdentitiesOnly yes\n${own}`,
        agent: ['other1', 'other2'],
        facts: { attempts: ['none', offer('own')] },
      },
      {
        title: 'IdentitiesOnly with an agent key that is also a file',
        config: `IdentitiesOnly yes\nIdentityFile {dir}/id`,
        files: { 'id.pub': '{file:own.pub}' },
        agent: ['other1', 'own'],
        facts: { attempts: ['none', offer('own')] },
      },
      {
        title: 'IdentitiesOnly without a file',
        config: `IdentitiesOnly yes\n${noKey}`,
        agent: ['own'],
        ...failed,
      },
      {
        title: 'an IdentityFile that is a .pub',
        config: 'IdentitiesOnly yes\nIdentityFile {keys}/own.pub',
        agent: ['other1', 'own'],
        facts: { attempts: ['none', offer('own')] },
      },
      {
        title: 'an encrypted key file that the agent holds',
        config: 'IdentityFile {keys}/own',
        agent: ['own'],
        answers: {},
      },
      { title: 'IdentityAgent none', config: `IdentityAgent none\n${noKey}`, agent: ['own'], ...failed },
      {
        title: 'IdentityAgent with a path',
        config: `IdentityAgent {agent}\n${noKey}`,
        env: { SSH_AUTH_SOCK: '/nowhere' },
        agent: ['own'],
      },
      {
        title: 'IdentityAgent with $VARIABLE',
        config: `IdentityAgent $COMPARED\n${noKey}`,
        env: { SSH_AUTH_SOCK: '', COMPARED: '{agent}' },
        agent: ['own'],
      },
      {
        title: 'IdentityAgent with ${VARIABLE}',
        config: 'IdentityAgent ${COMPARED}\nIdentityFile none',
        env: { SSH_AUTH_SOCK: '', COMPARED: '{agent}' },
        agent: ['own'],
      },
      {
        title: 'IdentityAgent SSH_AUTH_SOCK',
        config: `IdentityAgent SSH_AUTH_SOCK\n${noKey}`,
        agent: ['own'],
      },
      {
        title: 'a dead agent beside key files',
        config: own,
        agent: ['other1'],
        env: { SSH_AUTH_SOCK: '/nowhere' },
      },
      { title: 'an agent without keys', config: own, agent: [] },
      {
        title: 'too many agent keys',
        config: noKey,
        agent: [...otherKeys, 'other6', 'own'],
        outcome: 'too many failures',
      },
      {
        title: 'many agent keys with IdentitiesOnly',
        config: `IdentitiesOnly yes\n${own}`,
        agent: [...otherKeys, 'other6', 'other7'],
      },
      {
        title: 'RSA',
        config: noKey,
        agent: ['own-rsa'],
        facts: { accepted: ['publickey own-rsa'] },
      },
      { title: 'ECDSA', config: noKey, agent: ['own-ecdsa'] },
    ],
    certificates: [
      {
        title: 'KEY-cert.pub beside the key',
        config: 'IdentityFile {keys}/signed',
        facts: { accepted: ['publickey signed certificate'] },
      },
      {
        title: 'CertificateFile',
        config: 'IdentityFile {dir}/id\nCertificateFile {keys}/signed-cert.pub',
        files: { id: '{file:signed}' },
      },
      {
        title: 'CertificateFile with tokens',
        config: 'IdentityFile {dir}/id\nCertificateFile {dir}/%n-%r-cert.pub',
        files: { id: '{file:signed}', 'web-{me}-cert.pub': '{file:signed-cert.pub}' },
      },
      { title: 'RSA', config: 'IdentityFile {keys}/signed-rsa' },
      {
        title: 'a certificate in KEY.pub',
        config: 'IdentityFile {dir}/id',
        files: { id: '{file:signed}', 'id.pub': '{file:signed-cert.pub}' },
        facts: { accepted: ['publickey signed certificate'] },
      },
      {
        title: 'a certificate in KEY.pub, and the key in the agent',
        config: 'IdentityFile {dir}/id',
        files: { 'id.pub': '{file:signed-cert.pub}' },
        agent: ['signed'],
        facts: { accepted: ['publickey signed certificate'] },
      },
      {
        title: 'a bad certificate in KEY.pub, of a key that would be accepted',
        config: 'IdentityFile {dir}/id',
        files: { id: '{file:own}', 'id.pub': '{file:own-foreign-cert.pub}' },
        ...failed,
      },
      {
        title: 'a bad certificate in KEY.pub and a good one in KEY-cert.pub',
        config: 'IdentityFile {dir}/id',
        files: {
          id: '{file:signed}',
          'id.pub': '{file:expired-cert.pub}',
          'id-cert.pub': '{file:signed-cert.pub}',
        },
        facts: { accepted: ['publickey signed certificate'] },
      },
      {
        title: 'IdentityFile that is a certificate, beside its key',
        config: 'IdentityFile {keys}/signed-cert.pub\nIdentityFile {dir}/id',
        files: { id: '{file:signed}' },
        facts: { accepted: ['publickey signed certificate'] },
      },
      {
        title: 'IdentityFile that is a certificate, alone',
        config: 'IdentityFile {keys}/signed-cert.pub',
        ...failed,
        except: ['attempts'],
      },
      {
        title: 'CertificateFile without its .pub',
        config: 'IdentityFile {dir}/id\nCertificateFile {keys}/signed-cert',
        files: { id: '{file:signed}' },
        facts: { accepted: ['publickey signed certificate'] },
      },
      {
        title: 'RSA of the agent, shorter than RequiredRSASize',
        config: `${noKey}\nRequiredRSASize 8192`,
        agent: ['signed-rsa'],
        ...failed,
      },
      {
        title: 'a certificate of the agent',
        config: noKey,
        agent: ['signed'],
        facts: { accepted: ['publickey signed certificate'] },
      },
      {
        title: 'CertificateFile for a key of the agent',
        config: 'IdentityFile {dir}/id\nCertificateFile {keys}/signed-cert.pub',
        files: { 'id.pub': '{file:signed.pub}' },
        agent: ['signed'],
      },
      {
        title: 'an expired certificate',
        config: 'IdentityFile {dir}/id\nCertificateFile {keys}/expired-cert.pub',
        files: { id: '{file:signed}' },
        ...failed,
      },
      {
        title: 'a certificate for another user',
        config: 'IdentityFile {dir}/id\nCertificateFile {keys}/nobody-cert.pub',
        files: { id: '{file:signed}' },
        ...failed,
      },
      {
        title: 'a certificate of another authority',
        config: 'IdentityFile {dir}/id\nCertificateFile {keys}/foreign-cert.pub',
        files: { id: '{file:signed}' },
        ...failed,
      },
      {
        title: 'a bad certificate, then a good one',
        config:
          'IdentityFile {keys}/signed\nCertificateFile {keys}/expired-cert.pub\nCertificateFile {keys}/signed-cert.pub',
        facts: { accepted: ['publickey signed certificate'] },
      },
      {
        title: 'CertificateFile beside KEY-cert.pub',
        config: 'IdentityFile {keys}/signed\nCertificateFile {keys}/expired-cert.pub',
        ...failed,
      },
      { title: 'a missing certificate', config: `${own}\nCertificateFile {dir}/missing-cert.pub` },
      {
        title: 'a certificate without its key',
        config: `${own}\nCertificateFile {keys}/signed-cert.pub`,
        except: ['attempts'],
      },
    ],
    'signature algorithms': [
      {
        title: 'PubkeyAcceptedAlgorithms that excludes a key type',
        config: `PubkeyAcceptedAlgorithms -ssh-ed25519*\n${own}\nIdentityFile {keys}/own-ecdsa`,
        facts: { accepted: ['publickey own-ecdsa'] },
      },
      {
        title: 'PubkeyAcceptedAlgorithms that excludes every key',
        config: 'PubkeyAcceptedAlgorithms rsa-sha2-512',
        ...failed,
      },
      {
        title: 'PubkeyAcceptedAlgorithms rsa-sha2-256',
        config: 'PubkeyAcceptedAlgorithms rsa-sha2-256\nIdentityFile {keys}/own-rsa',
        facts: { keyAlgorithm: 'rsa-sha2-256' },
      },
      {
        title: 'PubkeyAcceptedAlgorithms ssh-rsa, which the server refuses',
        config: 'PubkeyAcceptedAlgorithms ssh-rsa\nIdentityFile {keys}/own-rsa',
        ...failed,
      },
    ],
    passwords: [
      {
        title: 'the right answer',
        config: `${asUser}\n${noKey}`,
        ...withPassword,
        facts: { accepted: ['password'] },
      },
      {
        title: 'a wrong answer, then the right one',
        server: 'password',
        config: `${asUser}\n${noKey}`,
        answers: { password: ['wrong', '{password}'] },
        facts: { accepted: ['password'] },
      },
      {
        title: 'three wrong answers',
        server: 'password',
        config: `${asUser}\n${noKey}`,
        answers: { password: ['a', 'b', 'c', '{password}'] },
        ...failed,
      },
      {
        title: 'NumberOfPasswordPrompts 1',
        server: 'password',
        config: `${asUser}\n${noKey}\nNumberOfPasswordPrompts 1`,
        answers: { password: ['a', '{password}'] },
        ...failed,
      },
      {
        title: 'NumberOfPasswordPrompts 2',
        server: 'password',
        config: `${asUser}\n${noKey}\nNumberOfPasswordPrompts 2`,
        answers: { password: ['a', '{password}'] },
      },
      {
        title: 'a cancelled prompt',
        server: 'password',
        config: `${asUser}\n${noKey}\nNumberOfPasswordPrompts 1`,
        answers: {},
        ...failed,
        except: ['attempts'],
      },
      { title: 'no prompt possible', server: 'password', config: `${asUser}\n${noKey}`, ...failed },
      {
        title: 'PasswordAuthentication no',
        config: `${asUser}\n${noKey}\nPasswordAuthentication no`,
        ...withPassword,
        ...failed,
      },
      { title: 'an accepted key before a password', ...withPassword, facts: { accepted: ['publickey own'] } },
      {
        title: 'PubkeyAuthentication no with a password',
        config: `${asUser}\nPubkeyAuthentication no`,
        ...withPassword,
        facts: { attempts: ['none', 'password'] },
      },
      {
        title: 'a server that accepts no passwords',
        config: asUser,
        server: 'main',
        answers: { password: ['{password}'] },
        facts: { accepted: ['publickey own'] },
      },
    ],
    'keyboard-interactive': [
      {
        title: 'the right answer',
        server: 'code',
        config: `${asUser}\n${noKey}`,
        answers: { password: ['{password}'] },
        facts: { accepted: ['keyboard-interactive/pam'] },
      },
      {
        title: 'keyboard-interactive before a password',
        server: 'both',
        config: `${asUser}\n${noKey}`,
        answers: { password: ['{password}'] },
        facts: { attempts: ['none', 'keyboard-interactive'] },
      },
      {
        title: 'KbdInteractiveAuthentication no, then a password',
        server: 'both',
        config: `${asUser}\n${noKey}\nKbdInteractiveAuthentication no`,
        answers: { password: ['{password}'] },
        facts: { attempts: ['none', 'password'] },
      },
      {
        title: 'ChallengeResponseAuthentication no, its old name',
        server: 'both',
        config: `${asUser}\n${noKey}\nChallengeResponseAuthentication no`,
        answers: { password: ['{password}'] },
        facts: { attempts: ['none', 'password'] },
      },
      { title: 'no prompt possible', server: 'code', config: `${asUser}\n${noKey}`, ...failed },
    ],
    'the order of methods': [
      {
        title: 'the default: keys, codes, passwords',
        server: 'both',
        config: asUser,
        answers: { password: ['{password}'] },
      },
      {
        title: 'PreferredAuthentications password',
        server: 'both',
        config: `${asUser}\nPreferredAuthentications password`,
        answers: { password: ['{password}'] },
        facts: { attempts: ['none', 'password'] },
      },
      {
        title: 'PreferredAuthentications password,publickey',
        server: 'both',
        config: `PreferredAuthentications password,publickey\nNumberOfPasswordPrompts 1`,
        answers: { password: ['wrong'] },
        facts: { attempts: ['none', 'password', offer('own')] },
      },
      {
        title: 'PreferredAuthentications password,keyboard-interactive',
        server: 'both',
        config: `${asUser}\nPreferredAuthentications password,keyboard-interactive`,
        answers: { password: ['{password}'] },
        facts: { attempts: ['none', 'password'] },
      },
      {
        title: 'PreferredAuthentications without the method that the server requires',
        config: 'PreferredAuthentications password',
        ...failed,
        facts: { attempts: ['none'] },
      },
      {
        title: 'PreferredAuthentications with an unknown method',
        config: 'PreferredAuthentications nonsense,publickey',
      },
    ],
    'several required methods': [
      {
        title: 'a key, then a password',
        server: 'keyThenPassword',
        config: asUser,
        answers: { password: ['{password}'] },
        facts: { accepted: ['publickey own', 'password'] },
      },
      {
        title: 'a key, then a wrong password, then the right one',
        server: 'keyThenPassword',
        config: asUser,
        answers: { password: ['wrong', '{password}'] },
        facts: { accepted: ['publickey own', 'password'] },
      },
      {
        title: 'a refused key and no password',
        server: 'keyThenPassword',
        config: `${asUser}\nIdentityFile {keys}/other1`,
        answers: { password: ['{password}'] },
        ...failed,
      },
      {
        title: 'a key, then a code',
        server: 'keyThenCode',
        config: asUser,
        answers: { password: ['{password}'] },
        facts: { accepted: ['publickey own', 'keyboard-interactive/pam'] },
      },
      { title: 'a key, then no prompt possible', server: 'keyThenPassword', config: asUser, ...failed },
      {
        title: 'two keys',
        server: 'twoKeys',
        config: `${own}\nIdentityFile {keys}/own2`,
        facts: { accepted: ['publickey own', 'publickey own2'] },
      },
      {
        title: 'two keys of the agent',
        server: 'twoKeys',
        config: noKey,
        agent: ['own', 'own2'],
        facts: { accepted: ['publickey own', 'publickey own2'] },
      },
      { title: 'two required keys with only one available', server: 'twoKeys', ...failed },
    ],
  },
);
