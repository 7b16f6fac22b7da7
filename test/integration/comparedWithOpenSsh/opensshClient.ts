// Runs a case with `ssh`: without a terminal, its prompts answered by a script (SSH_ASKPASS).
import { ssh } from '../../support/openssh';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientRun, Kind, RunInput, Outcome } from './comparedCase';

const kinds: readonly Kind[] = ['hostKey', 'password', 'passphrase', 'code'];

/**
 * Records the kind of the prompt, and prints the answer of that number; fails after the last, like a cancelled
 * prompt.
 */
const askpass = `#!/bin/sh
case "$1" in
  *"continue connecting"*|*"type 'yes'"*) kind=hostKey ;;
  *[Pp]assword:*) kind=password ;;
  *passphrase*) kind=passphrase ;;
  *) kind=code ;;
esac
folder=$(dirname "$0")
echo $kind >>"$folder/asked"
number=$(grep -c "^$kind\\$" "$folder/asked")
answer=$(sed -n "\${number}p" "$folder/$kind")
[ -n "$answer" ] && echo "$answer"
`;

/** What ssh has a shell print after the login: by LocalCommand, which is faster than a remote command. */
const arrived = 'program-arrived';
const sign = new RegExp(arrived);

export async function runOpenSsh(mission: RunInput): Promise<ClientRun> {
  const folder = join(mission.dir, 'askpass.d');
  await mkdir(folder);
  const script = join(folder, 'askpass');
  await writeFile(script, askpass);
  await chmod(script, 0o700);
  await Promise.all(
    kinds.map((kind) => writeFile(join(folder, kind), (mission.answers?.[kind] ?? []).join('\n') + '\n')),
  );
  const args = [
    ...['-F', mission.configFile],
    ...(mission.answers ? [] : ['-o', 'BatchMode=yes']),
    ...(mission.jump === undefined ? [] : ['-J', mission.jump]),
    ...(mission.lingers
      ? []
      : ['-N', '-o', 'PermitLocalCommand=yes', '-o', `LocalCommand=echo ${arrived} >&2`]),
    ...mission.sshArguments,
    ...(mission.lingers ? [`echo ${arrived} >&2`] : []),
  ];
  const env = { ...mission.env, SSH_ASKPASS: script, SSH_ASKPASS_REQUIRE: 'force', SHELL: '/bin/sh' };
  const { stderr: said } = await ssh(args, mission.lingers ? undefined : sign, env);
  const asked = await readFile(join(folder, 'asked'), 'utf8').catch(() => '');
  return { outcome: classify(said), asked: asked.split('\n').filter(isKind), said };
}

function isKind(word: string): word is Kind {
  return (kinds as readonly string[]).includes(word);
}

/** What ssh says about a failure. The first meaningful line counts: later ones are its consequences. */
const signs: readonly (readonly [pattern: RegExp, outcome: Outcome])[] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED/, 'host key changed'],
  [/REVOKED HOST KEY DETECTED|revoked by file/, 'host key revoked'],
  [
    /not permitted by HostkeyAlgorithms|Host key verification failed|^Error checking host key|^KnownHostsCommand failed/,
    'host key unknown',
  ],
  [/Too many authentication failures/, 'too many failures'],
  [/Permission denied \(/, 'authentication failed'],
  [/Unable to negotiate with/, 'no common algorithm'],
  [/open failed: |administratively prohibited|Connection (closed by|to) UNKNOWN port/, 'way blocked'],
  [/Connection refused/, 'connection refused'],
  [/Could not resolve hostname/, 'name not found'],
  [/timed out/, 'timed out'],
  [
    /unreachable|Cannot assign requested address|getaddrinfo: |no address of family|no suitable addresses/i,
    'unreachable',
  ],
  [
    /Bad configuration option|line \d+: |terminating, \d+ bad|Can't open user config|jumphost loop|Too many recursive|Bad \w+ (argument|spec)|[Ii]nvalid|percent_expand|vdollar|unknown key/,
    'bad config',
  ],
];

function classify(said: string): Outcome {
  if (said.includes(arrived)) {
    return 'connected';
  }
  for (const line of said.split('\n')) {
    // After this, ssh tries the plain key.
    const found = line.startsWith('Certificate invalid')
      ? undefined
      : signs.find(([pattern]) => pattern.test(line));
    if (found) {
      return found[1];
    }
  }
  return 'connection lost';
}
