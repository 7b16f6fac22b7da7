// The program at the beginning of a command line: ssh, which need not be said, or another, which is named.
import type { LineProblem } from './problem';
import type { Word } from './words';

/** What people put before ssh, or write instead of it, and what to do about it. */
const others: ReadonlyMap<string, string> = new Map([
  ['autossh', 'a tunnel comes back by itself; write "ssh", and leave out the -M of autossh'],
  ['sshpass', 'a password is asked for and kept in the secret storage; begin with "ssh"'],
  ['nohup', 'a tunnel goes on by itself; begin with "ssh"'],
  ...['sudo', 'doas', 'env', 'exec', 'time', 'nice', 'screen', 'tmux', 'proxychains', 'torsocks', 'wsl'].map(
    (name) => [name, 'only ssh itself can be a tunnel; begin with "ssh"'] as const,
  ),
  ...['scp', 'sftp', 'rsync', 'plink', 'putty', 'mosh', 'ssh-copy-id', 'telnet'].map(
    (name) => [name, 'its options are not those of ssh; write the ssh command line for it'] as const,
  ),
]);

/** The words behind `ssh`, `/usr/bin/ssh` or `ssh.exe`, or all of them where an option or the host comes first. */
export function dropProgram(
  words: readonly Word[],
  line: string,
): { readonly words: readonly Word[] } | { readonly problem: LineProblem } {
  const [first, ...rest] = words;
  if (!first) {
    return { words };
  }
  // As written: the backslashes of a Windows path are no escapes to those who write them.
  const written = line.slice(first.at, first.end).replace(/^['"]|['"]$/g, '');
  const name = written.replace(/^.*[/\\]/, '').replace(/\.exe$/i, '');
  if (name.toLowerCase() === 'ssh') {
    return { words: rest };
  }
  const why = others.get(name.toLowerCase());
  return why === undefined
    ? { words }
    : { problem: { message: `${JSON.stringify(name)} is not ssh: ${why}.`, at: first.at } };
}
