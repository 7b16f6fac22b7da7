// A PAM service for one test, the only way to a real keyboard-interactive login: sshd's service is named after the
// file it was started as (SSHD_PAM_SERVICE in OpenSSH's auth-pam.h).
import { randomBytes } from 'node:crypto';
import { symlink, unlink, writeFile } from 'node:fs/promises';
import { sshdProgram } from './sshdSetup';
import type { TempDir } from './tempDir';

export interface PamService extends AsyncDisposable {
  /** An sshd that uses it. */
  readonly program: string;
}

/**
 * @param auth lines of the kind `required pam_unix.so`
 * @param account the same, for whether the account may be used at all
 * @throws Error unless the tests run as root
 */
export async function pamService(
  dir: TempDir,
  auth: readonly string[],
  account: readonly string[] = ['required pam_permit.so'],
): Promise<PamService> {
  const name = `sshtest${randomBytes(3).toString('hex')}`;
  const program = dir.file(name);
  const file = `/etc/pam.d/${name}`;
  const lines = [
    // Without a delay of two seconds after a wrong password.
    ...auth.map((line) => `auth ${line.replace('pam_unix.so', 'pam_unix.so nodelay')}`),
    ...account.map((line) => `account ${line}`),
    'session required pam_permit.so',
    'password required pam_unix.so',
  ];
  await symlink(sshdProgram(), program);
  await writeFile(file, `${lines.join('\n')}\n`);
  return { program, [Symbol.asyncDispose]: () => unlink(file) };
}
