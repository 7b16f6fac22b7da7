// OpenSSH 10, for tests that need a newer one than this machine's: Debian's packages of it with the libraries that they
// need, downloaded by apt, unpacked into a folder and run from there. Nothing is installed.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface NewerOpenSsh {
  /** Paths of its programs. */
  readonly ssh: string;
  readonly sshd: string;
  /** Lines that its sshd_config needs. */
  readonly config: readonly string[];
}

/** Debian 13. Its OpenSSH is 10.0. */
const suite = 'trixie';
const packages = [
  'openssh-server',
  'openssh-client',
  ...['libc6', 'libgcc-s1', 'libcrypt1', 'libssl3t64', 'zlib1g', 'libzstd1', 'libselinux1', 'libpcre2-8-0'],
  ...[
    'libpam0g',
    'libaudit1',
    'libcap-ng0',
    'libwrap0',
    'libnsl2',
    'libtirpc3t64',
    'libwtmpdb0',
    'libsqlite3-0',
  ],
  ...['libgssapi-krb5-2', 'libkrb5-3', 'libk5crypto3', 'libkrb5support0', 'libkeyutils1', 'libcom-err2'],
];
const programs = [
  'usr/bin/ssh',
  'usr/sbin/sshd',
  'usr/lib/openssh/sshd-session',
  'usr/lib/openssh/sshd-auth',
];

/** Beside what npm installs, and removed with it. */
const folder = path.resolve(import.meta.dirname, '../../node_modules/.cache/openssh', suite);

let unpacked: Promise<NewerOpenSsh | string> | undefined;

/** @returns the reason in one line if this machine can't have it */
export function newerOpenSsh(): Promise<NewerOpenSsh | string> {
  return (unpacked ??= unpack().catch((error: unknown) => {
    const { stderr } = error as { readonly stderr?: string };
    const [reason = ''] = (stderr ?? String(error)).trim().split('\n');
    return `no packages of OpenSSH 10: ${reason}`;
  }));
}

async function unpack(): Promise<NewerOpenSsh | string> {
  if (process.platform !== 'linux') {
    return 'no packages of OpenSSH 10 for this system';
  }
  if (!existsSync(folder)) {
    const parent = path.dirname(folder);
    await mkdir(parent, { recursive: true });
    // Other test processes may do the same.
    const draft = await mkdtemp(`${folder}-`);
    try {
      await download(draft);
      await rename(draft, folder).catch((error: unknown) => {
        if (!existsSync(folder)) {
          throw error;
        }
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  await Promise.all(programs.map(writeWrapper));
  const wrapper = (name: string): string => path.join(folder, 'run', name);
  return {
    ssh: wrapper('ssh'),
    sshd: wrapper('sshd'),
    config: [
      `SshdSessionPath ${wrapper('sshd-session')}`,
      `SshdAuthPath ${wrapper('sshd-auth')}`,
      'PerSourcePenalties no',
    ],
  };
}

async function download(to: string): Promise<void> {
  const state = path.join(to, 'apt');
  const debs = path.join(to, 'debs');
  await Promise.all(
    ['lists/partial', 'cache/archives/partial'].map((name) =>
      mkdir(path.join(state, name), { recursive: true }),
    ),
  );
  await Promise.all([mkdir(debs), mkdir(path.join(to, 'root'))]);
  const sources = path.join(state, 'sources.list');
  await writeFile(
    sources,
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${await debianUri()} ${suite} main\n`,
  );
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=-',
    `Dir::State=${state}`,
    'Dir::State::status=/dev/null',
    `Dir::Cache=${path.join(state, 'cache')}`,
    'APT::Sandbox::User=',
  ].flatMap((option) => ['-o', option]);
  await run('apt-get', [...options, 'update']);
  await run('apt-get', [...options, 'download', ...packages], { cwd: debs });
  for (const name of await readdir(debs)) {
    await run('dpkg-deb', ['-x', path.join(debs, name), path.join(to, 'root')]);
  }
  await Promise.all([state, debs].map((name) => rm(name, { recursive: true })));
}

/** Where apt of this machine gets Debian's packages from. */
async function debianUri(): Promise<string> {
  const { stdout } = await run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI)',
    'Created-By: Packages',
  ]);
  return stdout.split('\n').find((uri) => /\/debian\/?$/.test(uri)) ?? 'http://deb.debian.org/debian';
}

/** Runs a program with its own libc, which this machine's loader doesn't know. */
async function writeWrapper(program: string): Promise<void> {
  const root = path.join(folder, 'root');
  const [triplet = ''] = (await readdir(path.join(root, 'usr/lib'))).filter((name) =>
    name.includes('-linux-'),
  );
  const libraries = path.join(root, 'usr/lib', triplet);
  const [loader = ''] = (await readdir(libraries)).filter((name) => /^ld-linux.*\.so/.test(name));
  const file = path.join(folder, 'run', path.basename(program));
  const command = `exec '${path.join(libraries, loader)}' --argv0 "$0" --library-path '${libraries}' '${path.join(root, program)}' "$@"`;
  await mkdir(path.dirname(file), { recursive: true });
  if (!existsSync(file)) {
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, `#!/bin/sh\n${command}\n`);
    await chmod(draft, 0o755);
    await rename(draft, file);
  }
}
