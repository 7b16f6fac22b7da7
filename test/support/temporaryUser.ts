// System users that are created for a test and removed after it: with a password, for a real password login; or with
// a home, to run tests as a user other than root.
import { execFileSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { killAll } from './processTree';

export interface TemporaryUser extends Disposable {
  readonly name: string;
  readonly password: string;
}

export interface UserWithHome extends Disposable {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** @throws Error unless the tests run as root */
export function temporaryUser(password: string = randomBytes(9).toString('base64url')): TemporaryUser {
  const name = newName();
  const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: password }).toString().trim();
  execFileSync('useradd', ['--no-create-home', '--shell', '/bin/sh', '--password', hash, name]);
  return {
    name,
    password,
    [Symbol.dispose]() {
      // One of their sessions may not have quite ended.
      execFileSync('userdel', ['--force', name], { stdio: 'ignore' });
    },
  };
}

/**
 * A user as `adduser` creates them: with their own home, and bash. First removes those that earlier runs left,
 * because they were killed.
 * @throws Error unless the tests run as root
 */
export function temporaryUserWithHome(): UserWithHome {
  for (const { name, uid, comment } of passwordDatabase()) {
    const maker = commentPattern.exec(comment)?.[1];
    if (maker !== undefined && !existsSync(`/proc/${maker}`)) {
      removeUser(name, uid);
    }
  }
  const name = newName();
  const comment = `throw-away user of process ${process.pid}`;
  // Not the next free uid: a user removed a moment ago had that, and may have left processes or files in /tmp.
  const uid = String(randomInt(20_000, 60_000));
  execFileSync('useradd', [
    ...['--uid', uid, '--user-group', '--create-home', '--shell', '/bin/bash', '--comment', comment],
    name,
  ]);
  const made = passwordDatabase().find((user) => user.name === name);
  if (!made) {
    throw new Error(`useradd has made no ${name}`);
  }
  const { gid, home } = made;
  return { name, uid: made.uid, gid, home, [Symbol.dispose]: () => removeUser(name, made.uid) };
}

/** Processes with this user's rights. */
export function processesOf(uid: number): readonly { readonly pid: number; readonly command: string }[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1');
      const isTheirs = new RegExp(`^Uid:\\s*${uid}\\b`, 'm').test(status) && !/^State:\s*Z/m.test(status);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
      return isTheirs ? [{ pid: Number(pid), command }] : [];
    } catch {
      return []; // It exited meanwhile.
    }
  });
}

const commentPattern = /^throw-away user of process (\d+)$/;

function newName(): string {
  return `sshtest${randomBytes(3).toString('hex')}`;
}

/** With all their processes, and their files in the folders where every user may write. */
function removeUser(name: string, uid: number): void {
  killAll(processesOf(uid).map(({ pid }) => pid));
  for (const folder of ['/tmp', '/tmp/.X11-unix']) {
    for (const entry of existsSync(folder) ? readdirSync(folder) : []) {
      const path = join(folder, entry);
      if (lstatSync(path, { throwIfNoEntry: false })?.uid === uid) {
        rmSync(path, { recursive: true, force: true });
      }
    }
  }
  // It warns that there is no mailbox.
  execFileSync('userdel', ['--force', '--remove', name], { stdio: 'ignore' });
}

function passwordDatabase(): readonly {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
}[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => {
      const [name = '', , uid, gid, comment = '', home = ''] = line.split(':');
      return { name, uid: Number(uid), gid: Number(gid), comment, home };
    });
}
