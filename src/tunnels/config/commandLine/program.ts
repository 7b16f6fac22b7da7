// Removes the program name from a command line: ssh is optional there, and other programs are rejected.
import type { LineProblem } from './problem';
import type { Word } from './words';

/** Programs that users write before or instead of ssh, and what to do. */
const otherPrograms: ReadonlyMap<string, string> = new Map([
  ['autossh', 'a tunnel reconnects automatically; begin with "ssh" and remove the -M of autossh'],
  ['sshpass', 'you are asked for the password and can save it; begin with "ssh"'],
  ['nohup', 'a tunnel runs in the background; begin with "ssh"'],
  ...['sudo', 'doas', 'env', 'exec', 'time', 'nice', 'screen', 'tmux', 'proxychains', 'torsocks', 'wsl'].map(
    (name) => [name, 'only ssh commands are supported; begin with "ssh"'] as const,
  ),
  ...['scp', 'sftp', 'rsync', 'plink', 'putty', 'mosh', 'ssh-copy-id', 'telnet'].map(
    (name) => [name, 'its options differ from those of ssh; use an ssh command line instead'] as const,
  ),
]);

/** The words after `ssh`, `/usr/bin/ssh` or `ssh.exe`, or all words if an option or the host comes first. */
export function dropProgram(
  words: readonly Word[],
  line: string,
): { readonly words: readonly Word[] } | { readonly problem: LineProblem } {
  const [first, ...rest] = words;
  if (!first) {
    return { words };
  }
  // The text as written, because users don't escape the backslashes of a Windows path.
  const written = line.slice(first.at, first.end).replace(/^['"]|['"]$/g, '');
  const name = written.replace(/^.*[/\\]/, '').replace(/\.exe$/i, '');
  if (name.toLowerCase() === 'ssh') {
    return { words: rest };
  }
  const why = otherPrograms.get(name.toLowerCase());
  return why === undefined
    ? { words }
    : { problem: { message: `${JSON.stringify(name)} is not ssh: ${why}.`, at: first.at } };
}
