// A stand-in for `ssh.exe -G`, as no OpenSSH for Windows can be had: the real ssh on Linux resolves the host, and this
// does what differs on Windows. It reads the files of Windows, runs Match exec by cmd.exe, and prints the paths of
// Windows. In a folder usr\bin it is Git's ssh, which prints MSYS2's paths.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sshG } from './linux';

const isMsys = /[\\/]usr[\\/]bin[\\/]/.test(process.execPath);
const programData = process.env['ProgramData'];
const { homedir: home } = userInfo();

async function main(): Promise<number> {
  // OpenSSH for Windows 9.5 says nothing at all then.
  if (!isMsys && programData === undefined) return 255;
  const { values, positionals } = parseArgs({
    options: {
      file: { type: 'string', short: 'F' },
      user: { type: 'string', short: 'l' },
      port: { type: 'string', short: 'p' },
      jump: { type: 'string', short: 'J' },
      noCommand: { type: 'boolean', short: 'N' },
      print: { type: 'boolean', short: 'G' },
    },
    args: process.argv.slice(2),
    allowPositionals: true,
  });
  const [host = ''] = positionals;
  const args = (['user', 'port', 'jump'] as const).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [{ user: '-l', port: '-p', jump: '-J' }[name], value];
  });
  const config = values.file === 'none' ? '' : read(values.file ?? join(home, '.ssh', 'config'));
  const { code, stdout, stderr } = await sshG(withExecDecided(config, host), [...args, '--', host]);
  process.stderr.write(stderr.replaceAll(/^\/\S+(?=:? line \d)/gm, values.file ?? `${home}/.ssh/config`));
  process.stdout.write(stdout.replaceAll(/^\w+knownhostsfile .*$/gm, withPathsOfWindows));
  return code;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Replaces each Match exec by one that always or never matches. */
function withExecDecided(config: string, host: string): string {
  return config.replaceAll(/^(\s*Match\s.*?)exec\s+"([^"]*)"(.*)$/gim, (_line, before, command, after) => {
    const line = String(command).replaceAll(/%([hn%])/g, (_token, name) => (name === '%' ? '%' : host));
    const { status } = spawnSync(line, { shell: true, stdio: 'ignore' });
    return `${String(before)}originalhost ${status === 0 ? '*' : 'no-host-has-this-name'}${String(after)}`;
  });
}

/** The defaults, of which Linux prints its own. */
function withPathsOfWindows(line: string): string {
  const homeShown = isMsys ? home.replace(/^(\w):/, '/$1').replaceAll('\\', '/') : home;
  const globalShown = isMsys ? '/etc/ssh' : String.raw`__PROGRAMDATA__\ssh`;
  return line
    .replaceAll(/(?<= )\/\S*?(?=\/\.ssh\/known_hosts2?( |$))/g, () => homeShown)
    .replaceAll(/(?<= )\/etc\/ssh(?=\/)/g, () => globalShown);
}

void main().then((code) => {
  process.exitCode = code;
});
