// Logging in: which keys are offered in which order, what a person is asked, and what the server lets in.
import { compareWithOpenSsh } from './suite';

const own = 'IdentityFile {keys}/own';
const noKey = 'IdentityFile none';
const asUser = 'User {user}';
const failed = { outcome: 'authentication failed' } as const;
const withPassword = { server: 'password', answers: { password: ['{password}'] } } as const;
const sesame = { passphrase: ['{passphrase}'] };
const strangers = [1, 2, 3, 4, 5].map((number) => `other${number}`);
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
    patient: { config: ['MaxAuthTries 20'] },
  },
  {
    'keys of files': [
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
      {
        title: 'several, in their order',
        config: `IdentityFile {keys}/other1\nIdentityFile {keys}/other2\n${own}`,
        facts: { attempts: ['none', offer('other1'), offer('other2'), offer('own')] },
      },
      {
        title: 'of several blocks, in the order of the file',
        config: `Host web\n IdentityFile {keys}/other1\nHost *\n ${own}`,
        facts: { attempts: ['none', offer('other1'), offer('own')] },
      },
      {
        title: 'the same file twice',
        config: `IdentityFile {keys}/other1\nIdentityFile {keys}/other1\n${own}`,
      },
      { title: 'one that does not exist', config: `IdentityFile {dir}/missing\n${own}` },
      {
        title: 'one that is no key',
        config: `IdentityFile {dir}/nonsense\n${own}`,
        files: { nonsense: 'nonsense\n' },
      },
      {
        title: 'a public key alone, without an agent',
        config: `IdentityFile {dir}/id\n${own}`,
        files: { 'id.pub': '{file:own2.pub}' },
        except: ['attempts'],
      },
      { title: 'a stranger', config: 'IdentityFile {keys}/other1', ...failed },
      { title: 'IdentityFile none', config: noKey, ...failed },
      {
        title: 'PubkeyAuthentication no',
        config: 'PubkeyAuthentication no',
        ...failed,
        facts: { attempts: ['none'] },
      },
      { title: 'a user who does not exist', config: 'User nobody-at-all', ...failed },
    ],
    'keys with a passphrase': [
      {
        title: 'right',
        config: 'IdentityFile {keys}/locked',
        answers: sesame,
        facts: { accepted: ['publickey locked'] },
      },
      {
        title: 'wrong, then right',
        config: 'IdentityFile {keys}/locked',
        answers: { passphrase: ['wrong', '{passphrase}'] },
      },
      {
        title: 'a key without its .pub',
        config: 'IdentityFile {dir}/id',
        files: { id: '{file:locked}' },
        answers: sesame,
      },
      { title: 'PEM', config: 'IdentityFile {keys}/own-rsa.pem-locked', answers: sesame },
      { title: 'RSA', config: 'IdentityFile {keys}/locked-rsa', answers: sesame },
    ],
    agents: [
      {
        title: 'a key that no file has',
        config: noKey,
        agent: ['own'],
        facts: { accepted: ['publickey own'] },
      },
      {
        title: 'its keys in its order',
        config: noKey,
        agent: ['other1', 'other2', 'own'],
        facts: { attempts: ['none', offer('other1'), offer('other2'), offer('own')] },
      },
      {
        title: 'a key that is a file as well comes first',
        config: own,
        agent: ['other1', 'own'],
        facts: { attempts: ['none', offer('own')] },
      },
      {
        title: 'its keys come before those of files',
        config: own,
        agent: ['other1'],
        facts: { attempts: ['none', offer('other1'), offer('own')] },
      },
      {
        title: 'IdentitiesOnly: files alone',
        config: `IdentitiesOnly yes\n${own}`,
        agent: ['other1', 'other2'],
        facts: { attempts: ['none', offer('own')] },
      },
      {
        title: 'IdentitiesOnly: of the agent those that are files too',
        config: `IdentitiesOnly yes\nIdentityFile {dir}/id`,
        files: { 'id.pub': '{file:own.pub}' },
        agent: ['other1', 'own'],
        facts: { attempts: ['none', offer('own')] },
      },
      {
        title: 'IdentitiesOnly and no file',
        config: `IdentitiesOnly yes\n${noKey}`,
        agent: ['own'],
        ...failed,
      },
      {
        title: 'a locked file that the agent holds asks nobody',
        config: 'IdentityFile {keys}/own',
        agent: ['own'],
        answers: {},
      },
      { title: 'IdentityAgent none', config: `IdentityAgent none\n${noKey}`, agent: ['own'], ...failed },
      {
        title: 'IdentityAgent and a path',
        config: `IdentityAgent {agent}\n${noKey}`,
        env: { SSH_AUTH_SOCK: '/nowhere' },
        agent: ['own'],
      },
      {
        title: 'IdentityAgent and $VARIABLE',
        config: `IdentityAgent $PARITY\n${noKey}`,
        env: { SSH_AUTH_SOCK: '', PARITY: '{agent}' },
        agent: ['own'],
      },
      {
        title: 'IdentityAgent and ${VARIABLE}',
        config: 'IdentityAgent ${PARITY}\nIdentityFile none',
        env: { SSH_AUTH_SOCK: '', PARITY: '{agent}' },
        agent: ['own'],
      },
      {
        title: 'IdentityAgent SSH_AUTH_SOCK',
        config: `IdentityAgent SSH_AUTH_SOCK\n${noKey}`,
        agent: ['own'],
      },
      {
        title: 'an agent that is gone: files go on',
        config: own,
        agent: ['other1'],
        env: { SSH_AUTH_SOCK: '/nowhere' },
      },
      { title: 'an agent without keys', config: own, agent: [] },
      {
        title: 'many keys, and IdentitiesOnly',
        config: `IdentitiesOnly yes\n${own}`,
        agent: [...strangers, 'other6', 'other7'],
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
      { title: 'that does not exist', config: `${own}\nCertificateFile {dir}/missing-cert.pub` },
    ],
    'algorithms of keys': [
      {
        title: 'PubkeyAcceptedAlgorithms rsa-sha2-256',
        config: 'PubkeyAcceptedAlgorithms rsa-sha2-256\nIdentityFile {keys}/own-rsa',
        facts: { keyAlgorithm: 'rsa-sha2-256' },
      },
    ],
    passwords: [
      { title: 'right', config: `${asUser}\n${noKey}`, ...withPassword, facts: { accepted: ['password'] } },
      {
        title: 'wrong, then right',
        server: 'password',
        config: `${asUser}\n${noKey}`,
        answers: { password: ['wrong', '{password}'] },
        facts: { accepted: ['password'] },
      },
      {
        title: 'wrong, three times',
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
        title: 'cancelled',
        server: 'password',
        config: `${asUser}\n${noKey}\nNumberOfPasswordPrompts 1`,
        answers: {},
        ...failed,
        except: ['attempts'],
      },
      { title: 'nobody can be asked', server: 'password', config: `${asUser}\n${noKey}`, ...failed },
      {
        title: 'PasswordAuthentication no',
        config: `${asUser}\n${noKey}\nPasswordAuthentication no`,
        ...withPassword,
        ...failed,
      },
      { title: 'a key that fits asks nobody', ...withPassword, facts: { accepted: ['publickey own'] } },
      {
        title: 'PubkeyAuthentication no goes to it at once',
        config: `${asUser}\nPubkeyAuthentication no`,
        ...withPassword,
        facts: { attempts: ['none', 'password'] },
      },
      {
        title: 'a server that takes none',
        config: asUser,
        server: 'main',
        answers: { password: ['{password}'] },
        facts: { accepted: ['publickey own'] },
      },
    ],
    'keyboard-interactive': [
      {
        title: 'right',
        server: 'code',
        config: `${asUser}\n${noKey}`,
        answers: { password: ['{password}'] },
        facts: { accepted: ['keyboard-interactive/pam'] },
      },
      {
        title: 'comes before the password',
        server: 'both',
        config: `${asUser}\n${noKey}`,
        answers: { password: ['{password}'] },
        facts: { attempts: ['none', 'keyboard-interactive'] },
      },
      {
        title: 'KbdInteractiveAuthentication no: the password',
        server: 'both',
        config: `${asUser}\n${noKey}\nKbdInteractiveAuthentication no`,
        answers: { password: ['{password}'] },
        facts: { attempts: ['none', 'password'] },
      },
      {
        title: 'ChallengeResponseAuthentication no, as it used to be called',
        server: 'both',
        config: `${asUser}\n${noKey}\nChallengeResponseAuthentication no`,
        answers: { password: ['{password}'] },
        facts: { attempts: ['none', 'password'] },
      },
      { title: 'nobody can be asked', server: 'code', config: `${asUser}\n${noKey}`, ...failed },
    ],
    'the order of methods': [
      {
        title: 'keys, codes, passwords',
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
        title: 'PreferredAuthentications without what the server wants',
        config: 'PreferredAuthentications password',
        ...failed,
        facts: { attempts: ['none'] },
      },
      {
        title: 'PreferredAuthentications with a method nobody knows',
        config: 'PreferredAuthentications nonsense,publickey',
      },
    ],
    'several steps': [
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
        title: 'a key that is refused, and no password',
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
      { title: 'a key, then nobody can be asked', server: 'keyThenPassword', config: asUser, ...failed },
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
      { title: 'two keys, of which there is one', server: 'twoKeys', ...failed },
    ],
  },
);
