// The user who runs this process. Like OpenSSH, reads the password database instead of HOME and USER.
import { readFileSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';

export interface LocalUser {
  readonly name: string;
  /** The absolute path that `~` stands for. */
  readonly home: string;
  /** -1 on Windows. */
  readonly uid: number;
  /** This machine's name, with its domain if it has one. */
  readonly machine: string;
  /** The home folder of another user, for `~name`. undefined: no such user. */
  homeOf(name: string): string | undefined;
}

export function localUser(): LocalUser {
  const machine = hostname();
  try {
    const { username, homedir: home, uid } = userInfo();
    return { name: username, home, uid, machine, homeOf };
  } catch {
    // In a container, the user may have no entry. OpenSSH itself doesn't run then.
    const { USER: name = '' } = process.env;
    return { name, home: homedir(), uid: process.getuid?.() ?? -1, machine, homeOf };
  }
}

function homeOf(name: string): string | undefined {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return lines.map((line) => line.split(':')).find((fields) => fields[0] === name)?.[5];
  } catch {
    return undefined;
  }
}
