// A system user with a password, for one test: the only way to see a real password login.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

export interface ThrowAwayUser extends Disposable {
  readonly name: string;
  readonly password: string;
}

/** @throws Error unless the tests run as root */
export function throwAwayUser(password: string = randomBytes(9).toString('base64url')): ThrowAwayUser {
  const name = `sshtest${randomBytes(3).toString('hex')}`;
  const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: password }).toString().trim();
  execFileSync('useradd', ['--no-create-home', '--shell', '/bin/sh', '--password', hash, name]);
  return {
    name,
    password,
    [Symbol.dispose]() {
      // A session of theirs may not have quite ended.
      execFileSync('userdel', ['--force', name], { stdio: 'ignore' });
    },
  };
}
