// Command lines as they stand in documentation, in chats and in shells: what is understood, and what is named.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkLine, copiedLine } from '../../../../src/tunnels/config/commandLine/pastedCommandLine';
import { inEnglish } from '../../../support/inEnglish';

/** Its host and forwards, as one text; or the fault. */
type Row = readonly [line: string, outcome: string | RegExp, ...leftOut: RegExp[]];

function outcomeOf(line: string): { outcome: string; leftOut: string[] } {
  const checked = checkLine(line);
  if ('fault' in checked) {
    return { outcome: inEnglish(checked.fault), leftOut: [] };
  }
  const { host, localForward = [], remoteForward = [], dynamicForward = [], ...others } = checked.record;
  const list = (letter: string, values: unknown): string[] =>
    (values as unknown[]).map(
      (value) => `${letter} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
  const parts = [
    String(host),
    ...list('L', localForward),
    ...list('R', remoteForward),
    ...list('D', dynamicForward),
  ];
  const rest = Object.keys(others).length === 0 ? [] : [JSON.stringify(others)];
  return {
    outcome: [...parts, ...rest].join(' '),
    leftOut: checked.leftOut.map(({ message }) => inEnglish(message)),
  };
}

const key = /^"-i" can't be part of a tunnel\. It belongs in a Host block/;

const groups: Readonly<Record<string, readonly Row[]>> = {
  'a prompt before it': [
    ['$ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['% ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['# ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['> ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['me@laptop:~$ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['me@laptop:~/my/project$ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['root@db-1:/# ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['[me@host ~]# ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['[ec2-user@ip-10-0-0-1 ~]$ ssh -D 1080 me@host', 'me@host D 1080'],
    ['(base) me@laptop:~$ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['(venv) PS C:\\Users\\me> ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['PS C:\\> ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['PS /home/me> ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['PS> ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['C:\\Users\\x>ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['C:\\Users\\Jo Do> ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['➜  ~ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['➜  app git:(main) ✗ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['❯ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['~/app ❯ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['me@MacBook-Pro ~ % ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['MacBook:~ me$ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['me@host ~> ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['bash-5.1$ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['sh-4.2# ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['~ $ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['λ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['me@PC MINGW64 ~/x (main)\n$ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['1. ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['- ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['!ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['ExecStart=/usr/bin/ssh -NT -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['@reboot ssh -fN -R 2222:localhost:22 me@host', 'me@host R 2222:localhost:22'],
    ['command: ssh -N -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['(.venv) (base) me@host:~/x$ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['┌──(kali㉿kali)-[~]\n└─$ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['[12:34:56] me@host:~$ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['12:34 $ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['me@host:~/src (main)$ ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['>>> ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['D:\\my work> ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['local% ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['$ sudo ssh -L 80:localhost:80 me@host', 'me@host L 80:localhost:80', /^"sudo"/],
  ],
  'marks of documentation around it': [
    ['`ssh -L 8080:localhost:80 me@host`', 'me@host L 8080:localhost:80'],
    ['"ssh -L 8080:localhost:80 me@host"', 'me@host L 8080:localhost:80'],
    ["'ssh -L 8080:localhost:80 me@host',", 'me@host L 8080:localhost:80'],
    ['```bash\nssh -L 8080:localhost:80 me@host\n```', 'me@host L 8080:localhost:80'],
    ['```bash ssh -L 8080:localhost:80 me@host ```', 'me@host L 8080:localhost:80'],
    ['~~~\n$ ssh -L 8080:localhost:80 me@host\n~~~', 'me@host L 8080:localhost:80'],
    ['# The database\nssh -L 5432:db:5432 me@host', 'me@host L 5432:db:5432'],
    ['# The database ssh -L 5432:db:5432 me@host', 'me@host L 5432:db:5432'],
    ['ssh -L 5432:db:5432 me@host  # the database; see the wiki', 'me@host L 5432:db:5432'],
    ['ssh -L 5432:db:5432 me@host\n# then: psql -h localhost', 'me@host L 5432:db:5432'],
    ['// the database\nssh -L 5432:db:5432 me@host', 'me@host L 5432:db:5432'],
    ['REM the database\r\nssh -L 5432:db:5432 me@host\r\n', 'me@host L 5432:db:5432'],
    [':: the database\r\nssh -L 5432:db:5432 me@host', 'me@host L 5432:db:5432'],
    ['Then run `ssh -L 8080:localhost:80 me@host` in your terminal.', 'me@host L 8080:localhost:80'],
    ['**ssh -L 8080:localhost:80 me@host**', 'me@host L 8080:localhost:80'],
    ['<code>ssh -L 8080:localhost:80 me@host</code>', 'me@host L 8080:localhost:80'],
    ['ssh&nbsp;-L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ["alias db='ssh -fNL 5432:localhost:5432 me@db'", 'me@db L 5432:localhost:5432'],
    ['bash -c "ssh -NL 5432:localhost:5432 me@db"', 'me@db L 5432:localhost:5432'],
    ["sh -c 'ssh -NL 5432:localhost:5432 me@db &'", 'me@db L 5432:localhost:5432'],
    ["tmux new-session -d -s db 'ssh -NL 5432:localhost:5432 me@db'", 'me@db L 5432:localhost:5432'],
    ['"C:\\Program Files\\Git\\bin\\bash.exe" -c "ssh -NL 1:b:1 h"', 'h L 1:b:1'],
    ['ssh -L 1:b:1 \\\n  # a comment\n  me@host', 'me@host L 1:b:1'],
  ],
  'a line that continues': [
    ['ssh -N \\\n  -L 8080:localhost:80 \\\n  me@host', 'me@host L 8080:localhost:80'],
    ['ssh -N \\\r\n  -L 8080:localhost:80 \\\r\n  me@host\r\n', 'me@host L 8080:localhost:80'],
    ['ssh -N \\ \n  -L 8080:localhost:80 \\ \n  me@host', 'me@host L 8080:localhost:80'],
    ['ssh -N \\   -L 8080:localhost:80 \\   me@host', 'me@host L 8080:localhost:80'],
    ['ssh -N ^\r\n  -L 8080:localhost:80 ^\r\n  me@host', 'me@host L 8080:localhost:80'],
    ['ssh -N ^  -L 8080:localhost:80 ^  me@host', 'me@host L 8080:localhost:80'],
    ['ssh -N `\r\n  -L 8080:localhost:80 `\r\n  me@host', 'me@host L 8080:localhost:80'],
    ['ssh -N `  -L 8080:localhost:80 `  me@host', 'me@host L 8080:localhost:80'],
    ['$ ssh -N \\\n> -L 8080:localhost:80 \\\n> me@host', 'me@host L 8080:localhost:80'],
    ['ssh me@host\n  -L 8080:localhost:80\n  -N', 'me@host L 8080:localhost:80'],
    ['ssh -L 8080:\\\nlocalhost:80 me@host', 'me@host L 8080:localhost:80'],
  ],
  'the characters of a word processor': [
    ['ssh –L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['ssh —N —L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['ssh −D 1080 me@host', 'me@host D 1080'],
    ['ssh\u00a0-L\u00a08080:localhost:80\u00a0me@host', 'me@host L 8080:localhost:80'],
    ['ssh -L “8080:localhost:80” me@host', 'me@host L 8080:localhost:80'],
    ['ssh -L ‘8080:localhost:80’ me@host', 'me@host L 8080:localhost:80'],
    ['“ssh -L 8080:localhost:80 me@host”', 'me@host L 8080:localhost:80'],
    ['ssh -i “my key.pem” –L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80', key],
    ['\u200bssh -L 8080:localhost:80 me@my‑host\u200b', 'me@my-host L 8080:localhost:80'],
    ['ssh -L 8080:localhost:80 \u2014p 2222 me@host', 'me@host:2222 L 8080:localhost:80'],
  ],
  'programs before it': [
    ['autossh -M 0 -f -N -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['autossh -M0 -fN -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['autossh -f -M 20000 -N -R 19999:localhost:22 me@host', 'me@host R 19999:localhost:22'],
    [
      'autossh -M 0 -o "ServerAliveInterval 30" -o "ServerAliveCountMax 3" -NR 2222:localhost:22 me@host',
      'me@host R 2222:localhost:22 {"serverAliveInterval":30,"serverAliveCountMax":3}',
    ],
    [
      'AUTOSSH_GATETIME=0 autossh -M 0 -NR 2222:localhost:22 me@host',
      'me@host R 2222:localhost:22',
      /^Variables/,
    ],
    ['nohup ssh -N -L 8080:localhost:80 me@host > /dev/null 2>&1 &', 'me@host L 8080:localhost:80'],
    [
      'nohup ssh -N -L 8080:localhost:80 me@host &> tunnel.log &',
      'me@host L 8080:localhost:80',
      /^">" redirects/,
    ],
    ['exec ssh -N -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['time ssh -N -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['sudo ssh -N -L 80:localhost:80 me@host', 'me@host L 80:localhost:80', /^"sudo" can't be/],
    [
      'sudo -u deploy -H ssh -N -L 8080:localhost:80 me@host',
      'me@host L 8080:localhost:80',
      /^"sudo" can't be/,
    ],
    [
      'sudo -E env X=y ssh -NL 8080:localhost:80 me@host',
      'me@host L 8080:localhost:80',
      /sudo/,
      /env/,
      /Variables/,
    ],
    ['env LANG=C ssh -NL 8080:localhost:80 me@host', 'me@host L 8080:localhost:80', /"env"/, /^Variables/],
    [
      "sshpass -p 'hunter2' ssh -NL 8080:localhost:80 me@host",
      'me@host L 8080:localhost:80',
      /^"sshpass".*asked/,
    ],
    ['SSHPASS=hunter2 sshpass -e ssh -NL 8080:a:80 me@host', 'me@host L 8080:a:80', /^Variables/, /sshpass/],
    [
      'sshpass -f ~/pw ssh -o StrictHostKeyChecking=no -NL 8080:a:80 me@host',
      'me@host L 8080:a:80',
      /sshpass/,
      /Strict/,
    ],
    ['proxychains4 -q ssh -D 1080 me@host', 'me@host D 1080', /ProxyCommand/],
    ['torsocks ssh -D 1080 me@host', 'me@host D 1080', /ProxyCommand/],
    ['wsl ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80', /"wsl"/],
    ['screen -dmS tunnel ssh -NL 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['nice -n 10 ssh -NL 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['caffeinate -i ssh -NL 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['timeout 1h ssh -NL 8080:localhost:80 me@host', 'me@host L 8080:localhost:80', /"timeout"/],
    ['start /b ssh -NL 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['cmd /c ssh -NL 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['sudo -u joe bash -c "ssh -NL 1:b:1 h"', 'h L 1:b:1', /^"sudo" can't be/],
    ['wsl.exe bash -c "ssh -NL 1:b:1 h"', 'h L 1:b:1', /^"wsl" can't be/],
    ['autossh -fM0 -NL 1:b:1 h', 'h L 1:b:1'],
    ['autossh -fM 0 -NL 1:b:1 h', 'h L 1:b:1'],
    ['- run: ssh -fNL 1:b:1 h', 'h L 1:b:1'],
    ['[PS] C:\\Windows\\system32>ssh -NL 1:b:1 h', 'h L 1:b:1'],
    ['ssh -NL 1:b:1 h > $null', 'h L 1:b:1'],
    ['ssh -NL 1:b:1 h 2>$null', 'h L 1:b:1'],
    ['slogin -NL 8080:x:80 me@h', 'me@h L 8080:x:80'],
    ['foo --bar ssh -NL 8080:localhost:80 me@host', 'me@host L 8080:localhost:80', /^"foo" before "ssh"/],
    ['kitten ssh -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
  ],
  'other commands beside it': [
    ['ssh -fNL 8080:localhost:80 me@host &', 'me@host L 8080:localhost:80'],
    ['ssh -fNL 8080:localhost:80 me@host;', 'me@host L 8080:localhost:80'],
    ['(ssh -NL 8080:localhost:80 me@host &)', 'me@host L 8080:localhost:80'],
    ['cd ~/keys && ssh -i a.pem -L 1:b:1 me@host', 'me@host L 1:b:1', /"cd"/, key],
    ['chmod 400 my.pem; ssh -i my.pem -L 1:b:1 me@host', 'me@host L 1:b:1', /"chmod"/, key],
    [
      'ssh -fNL 5432:db:5432 me@host && psql -h localhost',
      'me@host L 5432:db:5432',
      /"psql" can't be part of it/,
    ],
    ['ssh -fNL 5432:db:5432 me@host; PGPASSWORD=hunter2 psql', 'me@host L 5432:db:5432', /^Variables/],
    ['ssh -NL 1:b:1 me@host | tee log', 'me@host L 1:b:1', /^"\|" feeds/, /"tee"/],
    ['ssh -NL 1:b:1 me@host || echo failed', 'me@host L 1:b:1', /"echo"/],
    ['ssh -NL 1:b:1 me@host >> log 2>&1', 'me@host L 1:b:1', /^">" redirects/],
    ['ssh -NL 1:b:1 me@host < /dev/null', 'me@host L 1:b:1'],
    ['ssh -NL 1:b:1 me@host 2>/dev/null', 'me@host L 1:b:1'],
    ['ssh -NL 1:b:1 me@host <in >out', 'me@host L 1:b:1', /^"<" redirects/, /^">" redirects/],
    ['ssh -NL 1:b:1 me@host >nul 2>nul', 'me@host L 1:b:1'],
    ['while true; do ssh -NL 1:b:1 me@host; sleep 5; done', 'me@host L 1:b:1', /"sleep"/],
    ['ssh -NL 1:b:1 me@host\nssh -NL 2:c:2 me@other', 'me@host L 1:b:1', /another ssh command/],
    [
      'ssh-add ~/.ssh/id\nssh -NL 1:b:1 me@host\nopen http://localhost:1',
      'me@host L 1:b:1',
      /^A tunnel is/,
      /"open"/,
    ],
    ['ssh me@host uptime; ssh -NL 1:b:1 me@host', 'me@host L 1:b:1', /"ssh" can't be part of it/],
    ['ssh -NL 1:b:1 me@host & echo $!', 'me@host L 1:b:1', /"echo"/],
    ['export X=1; ssh -NL 1:b:1 me@host', 'me@host L 1:b:1', /"export"/],
    ['until ssh -NL 5432:db:5432 h; do sleep 1; done', 'h L 5432:db:5432', /"sleep"/],
    ['if ! nc -z localhost 1; then ssh -fNL 1:b:1 h; fi', 'h L 1:b:1', /"nc"/],
    ['pgrep ssh || ssh -fNL 1:b:1 h', 'h L 1:b:1', /"pgrep"/],
    ['tunnel() { ssh -NL 1:b:1 h; }', 'h L 1:b:1', /"tunnel"/],
    ['pageant key.ppk & plink -N -L 1:b:1 h', 'h L 1:b:1', /"pageant"/],
    ['LC_ALL=C ssh -vNL 1:b:1 h 2>&1 | grep x', 'h L 1:b:1', /^Variables/, /^"\|"/, /"grep"/],
    [
      'ssh -A -t jump ssh -L 1:b:1 h',
      /The second ssh would run on that host.*Connect through the host with -J/,
    ],
  ],
  'a program by its path': [
    ['/usr/bin/ssh -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['C:\\Windows\\System32\\OpenSSH\\ssh.exe -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['"C:\\Program Files\\Git\\usr\\bin\\ssh.exe" -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['& "C:\\Program Files\\Git\\usr\\bin\\ssh.exe" -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['ssh.exe -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['SSH -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['/opt/homebrew/bin/autossh -M 0 -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['-NL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['me@host -NL 1:b:1', 'me@host L 1:b:1'],
  ],
  'keys, and options that ssh once had': [
    [
      'ssh -i "mykey.pem" -L 8080:localhost:80 ec2-user@ec2-1-2-3-4.compute.amazonaws.com',
      'ec2-user@ec2-1-2-3-4.compute.amazonaws.com L 8080:localhost:80',
      key,
    ],
    ['ssh -i $HOME/.ssh/id -L 1:b:1 me@host', 'me@host L 1:b:1', key],
    ['ssh -i C:\\Users\\me\\.ssh\\id -L 1:b:1 me@host', 'me@host L 1:b:1', key],
    ['ssh -i $env:USERPROFILE\\.ssh\\id -L 1:b:1 me@host', 'me@host L 1:b:1', key],
    ['ssh -2 -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['ssh -1 -NL 1:b:1 me@host', 'me@host L 1:b:1', /Version 1/],
    ['ssh -o Protocol=2 -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['ssh -o UsePrivilegedPort=no -o RhostsRSAAuthentication=no -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['ssh -o "CompressionLevel 9" -CNL 1:b:1 me@host', 'me@host L 1:b:1 {"compression":true}'],
    ['ssh -oKeepAlive=yes -NL 1:b:1 me@host', 'me@host L 1:b:1', /^"-o TCPKeepAlive"/],
    ['ssh -oIdentityFile2=~/.ssh/id -NL 1:b:1 me@host', 'me@host L 1:b:1', /^"-o IdentityFile"/],
    [
      'ssh -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -NL 1:b:1 me@host',
      'me@host L 1:b:1',
      /UserKnown/,
      /Strict/,
    ],
    ['ssh -c blowfish -NL 1:b:1 me@host', 'me@host L 1:b:1', /Ciphers/],
    ['ssh -vvv -NL 1:b:1 me@host', 'me@host L 1:b:1'],
  ],
  'the file of another program around it': [
    ['command: ["ssh", "-N", "-L", "8080:x:80", "me@host"]', 'me@host L 8080:x:80'],
    ['CMD ["/usr/bin/ssh","-o","ProxyCommand nc %h %p","-L","1:b:1","host"]', 'host L 1:b:1', /ProxyCommand/],
    ["subprocess.run(['ssh', '-N', '-L', '8080:x:80', 'me@host'], check=True)", 'me@host L 8080:x:80'],
    ['os.system("ssh -fN -L 8080:x:80 me@host")', 'me@host L 8080:x:80'],
    ['"tunnel": "ssh -N -L 8080:x:80 me@host",', 'me@host L 8080:x:80'],
    ['{ "command": "ssh", "args": ["-N", "-L", "8080:x:80", "me@host"] }', 'me@host L 8080:x:80'],
    ['command:\n  - ssh\n  - -N\n  - "-L"\n  - 8080:x:80\n  - me@host\n', 'me@host L 8080:x:80'],
    [
      'services:\n  db:\n    image: alpine\n    command: >\n      ssh -N\n      -L 1:b:1\n      me@host',
      'me@host L 1:b:1',
    ],
    [
      '<key>ProgramArguments</key>\n<array>\n<string>/usr/bin/ssh</string>\n<string>-NL</string>\n<string>1:b:1</string>\n<string>me@host</string>\n</array>',
      'me@host L 1:b:1',
    ],
    ['<string>ssh -N -L 1:b:1 me@host</string>', 'me@host L 1:b:1'],
    [
      '[Unit]\nDescription=DB\n[Service]\nExecStart=/usr/bin/ssh -N \\\n  -L 1:b:1 me@host\nRestart=always\n',
      'me@host L 1:b:1',
    ],
    ['Exec=ssh -N -L 1:b:1 me@host', 'me@host L 1:b:1'],
    ['command=/usr/bin/autossh -M 0 -N -L 1:b:1 me@host', 'me@host L 1:b:1'],
    ['ENTRYPOINT ssh -N -L 1:b:1 me@host', 'me@host L 1:b:1'],
    ['tunnel:\n\t@ssh -N -L 1:b:1 me@host', 'me@host L 1:b:1'],
    ['\t-ssh -N -L 1:b:1 me@host &', 'me@host L 1:b:1'],
    ['*/5 * * * * ssh -fNL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['0 9 * * 1-5 root /usr/bin/ssh -fNL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['  501  ssh -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    [' 1012* 2026-01-02 10:11:12 ssh -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    [': 1700000000:0;ssh -NL 1:b:1 me@host', 'me@host L 1:b:1'],
    ['cmd.exe /c "ssh -L 1:b:1 me@host"', 'me@host L 1:b:1'],
    ['powershell -NoProfile -Command "ssh -L 1:b:1 me@host"', 'me@host L 1:b:1'],
    ['sh -c "exec ssh -N -L 1:b:1 me@host"', 'me@host L 1:b:1'],
    ['wt.exe ssh -L 1:b:1 me@host', 'me@host L 1:b:1'],
    ['LANG=C TERM=xterm ssh -L 1:b:1 me@host', 'me@host L 1:b:1', /^Variables/],
    ['kubectl exec x -- ssh -L 1:b:1 me@host', /^"kubectl" is not ssh/],
  ],
  'lines that the terminal continued': [
    ['PS C:\\> ssh -N `\n>>   -L 1:b:1 `\n>>   me@host', 'me@host L 1:b:1'],
    ['C:\\>ssh -N ^\nMore?   -L 1:b:1 ^\nMore?   me@host', 'me@host L 1:b:1'],
    ['$ ssh -N \\\n> -L 1:b:1 \\\n> me@host', 'me@host L 1:b:1'],
    ['PS C:\\> ssh -N ` >>   -L 1:b:1 ` >>   me@host', 'me@host L 1:b:1'],
    ['C:\\>ssh -N ^ More?   -L 1:b:1 ^ More?   me@host', 'me@host L 1:b:1'],
    ['ssh -N -L 1:b:1 \\   me@host \\', 'me@host L 1:b:1'],
    ['ssh -L 1:b:1\n  me@host', 'me@host L 1:b:1'],
    ["ssh -L 1:b:1 me@host <<'EOF'\nhunter2\nEOF", 'me@host L 1:b:1', /redirects a file/],
    ["me@pc:~$ ssh -L 1:b:1 me@host\nme@host's password: ", 'me@host L 1:b:1', /"…" can't be part/],
    ['ssh -L 1:b:1 me@host <<< hunter2', 'me@host L 1:b:1', /redirects a file/],
  ],
  'services in place of ports': [
    ['ssh -p ssh -NL 8080:x:http me@host', 'me@host:22 L 8080:x:http'],
    ['ssh -NL mysql:db:mysql me@host', 'me@host L mysql:db:mysql'],
    ['ssh -NL localhost:postgresql:db:postgresql me@host', 'me@host L localhost:postgresql:db:postgresql'],
    ['ssh -D socks me@host', 'me@host D socks'],
    ['ssh -NL 8443:x:https -o Port=ssh me@host', 'me@host:22 L 8443:x:https'],
    [
      'ssh -NL 8443:x:htps me@host',
      /^A port must be a number from 1 to 65535, or a service such as "http"\./,
    ],
  ],
  PuTTY: [
    ['plink -L 8080:localhost:80 me@host', 'me@host L 8080:localhost:80'],
    ['plink.exe -ssh -P 2222 -N -L 8080:localhost:80 me@host', 'me@host:2222 L 8080:localhost:80'],
    [
      'putty -ssh me@host -L 8080:localhost:80 -pw hunter2',
      'me@host L 8080:localhost:80',
      /^"-pw".*You are asked/,
    ],
    ['putty.exe -ssh -i key.ppk me@host 22 -L 1:b:1', /./],
    [
      '"C:\\Program Files\\PuTTY\\plink.exe" -batch -agent -i C:\\k\\id.ppk -D 1080 me@host',
      'me@host D 1080',
      key,
    ],
    ['plink -load mysession -L 1:b:1', /^The command needs a host/],
    [
      'plink -hostkey SHA256:abc -noagent -C -T -R 9000:localhost:80 -l me host',
      'me@host R 9000:localhost:80 {"compression":true}',
      /"-hostkey"/,
    ],
  ],
  'what is no ssh': [
    ['kubectl port-forward svc/x 8080:80', /^"kubectl" is not ssh\. It opens tunnels of its own/],
    [
      'gcloud compute ssh vm --tunnel-through-iap -- -L 8080:localhost:8080',
      /^"gcloud" is not ssh\. Run "gcloud compute config-ssh"/,
    ],
    [
      'aws ssm start-session --target i-1 --document-name AWS-StartPortForwardingSession',
      /^"aws" is not ssh\. .*ProxyCommand/,
    ],
    ['mosh me@host', /^"mosh" is not ssh\. It forwards no ports/],
    ['scp -P 22 a me@host:b', /^"scp" is not ssh\. It copies files/],
    ['rsync -e "ssh -p 22" a me@host:b', /^"rsync" is not ssh/],
    ['vagrant ssh -- -L 8080:localhost:80', /^"vagrant" is not ssh\. Run "vagrant ssh-config"/],
    ['gh codespace ssh -- -L 8080:localhost:80', /^"gh" is not ssh/],
    ['docker exec -it x ssh -L 1:b:1 host', /^"docker" is not ssh/],
    ['tsh ssh -L 8080:localhost:80 me@host', /^"tsh" is not ssh/],
    ['az ssh vm -n x -g y -- -L 8080:localhost:80', /^"az" is not ssh/],
    ['sudo -i', /^"sudo" is not ssh/],
    ['docker exec -it x sh -c "ssh -L 1:b:1 h"', /^"docker" is not ssh/],
    ['kubectl exec x -- sh -c "ssh -L 1:b:1 h"', /^"kubectl" is not ssh/],
  ],
  'what only the user knows': [
    ['ssh -L 8080:localhost:80 <user>@<host>', /^Replace the placeholder/],
    ['ssh -i <your key.pem> -L 1:b:1 me@host', /^Replace the placeholder/],
    ['ssh -L 8080:localhost:80 $USER@host', /^"\$" begins a variable/],
    ['ssh -L 8080:$NODE:80 me@host', /^"\$" begins a variable/],
    ['ssh -L 8080:$(hostname):80 me@host', /^"\$" begins a variable/],
    ['ssh me@host', /^The line opens no port: add -L, -R or -D\./],
  ],
  documentation: [
    [
      'ssh -N -f -L localhost:8888:localhost:8889 me@cluster.edu',
      'me@cluster.edu L localhost:8888:localhost:8889',
    ],
    ['ssh -NL 6006:127.0.0.1:6006 me@gpu', 'me@gpu L 6006:127.0.0.1:6006'],
    [
      'ssh -L 5901:127.0.0.1:5901 -C -N -l me 10.0.0.5',
      'me@10.0.0.5 L 5901:127.0.0.1:5901 {"compression":true}',
    ],
    ['ssh -f me@db -L 3307:127.0.0.1:3306 -N', 'me@db L 3307:127.0.0.1:3306'],
    ['ssh -L 63333:localhost:5432 joe@foo.com', 'joe@foo.com L 63333:localhost:5432'],
    [
      'ssh -fN -L 27017:mongo.internal:27017 -J me@bastion me@app',
      'me@app L 27017:mongo.internal:27017 {"proxyJump":"me@bastion"}',
    ],
    [
      'ssh -L 6379:my.cache.amazonaws.com:6379 -i key.pem ubuntu@1.2.3.4 -N',
      'ubuntu@1.2.3.4 L 6379:my.cache.amazonaws.com:6379',
      key,
    ],
    [
      'ssh -nNT -L $HOME/docker.sock:/var/run/docker.sock me@host',
      'me@host L ~/docker.sock:/var/run/docker.sock',
    ],
    [
      'ssh -L 8001:localhost:8001 -N -o ExitOnForwardFailure=yes me@master',
      'me@master L 8001:localhost:8001 {"exitOnForwardFailure":true}',
    ],
    [
      'ssh -t -t me@login -L 8888:localhost:8888 ssh node17 -L 8888:localhost:8888',
      'me@login L 8888:localhost:8888',
      /^The second ssh would run/,
    ],
    ['ssh -R 80:localhost:3000 serveo.net', 'serveo.net R 80:localhost:3000'],
    ['ssh -R 80:localhost:8080 nokey@localhost.run', 'nokey@localhost.run R 80:localhost:8080'],
    ['ssh -p 443 -R0:localhost:8000 a.pinggy.io', 'a.pinggy.io:443 R 0:localhost:8000'],
    ['ssh -N -D 127.0.0.1:9090 -p 2222 me@vpn', 'me@vpn:2222 D 127.0.0.1:9090'],
    ['ssh -4 -NL 1:b:1 me@host', 'me@host L 1:b:1', /AddressFamily/],
    ['ssh -A -NL 1:b:1 me@host', 'me@host L 1:b:1', /"-A"/],
    ['ssh -M -S /tmp/ctl -fNL 1:b:1 me@host', 'me@host L 1:b:1', /"-M"/, /"-S"/],
    ['ssh -F ./config -NL 1:b:1 me@host', 'me@host L 1:b:1', /"-F"/],
    ['ssh -fN -L 3306:db:3306 me@host -p2200', 'me@host:2200 L 3306:db:3306'],
    ['ssh -L "*:8080:localhost:80" me@host', 'me@host L *:8080:localhost:80'],
    ['ssh -L [::1]:8080:[::1]:80 me@host', 'me@host L [::1]:8080:[::1]:80'],
    ['ssh -v -N -L 8080:localhost:80 ssh://me@host:2222', 'me@host:2222 L 8080:localhost:80'],
    [
      'ssh -L8080:localhost:80 -L8443:localhost:443 me@host',
      'me@host L 8080:localhost:80 L 8443:localhost:443',
    ],
    ['ssh -o "ProxyCommand=ssh -W %h:%p me@bastion" -L 1:b:1 me@host', 'me@host L 1:b:1', /ProxyCommand/],
    ['ssh -o ProxyCommand="nc -x proxy:1080 %h %p" -L 1:b:1 me@host', 'me@host L 1:b:1', /ProxyCommand/],
    ["ssh -L 1:b:1 me@host 'tail -f log'", 'me@host L 1:b:1', /^The command after the host/],
    ['ssh -L 1:b:1 me@host -- sleep infinity', 'me@host L 1:b:1', /^The command after the host/],
    ['ssh CORP\\joe@win -L 3389:localhost:3389', 'CORP\\joe@win L 3389:localhost:3389'],
    ['ssh -o HostName=10.0.0.1 -L 1:b:1 web', 'web L 1:b:1', /HostName/],
  ],
};

describe('a command line from elsewhere', () => {
  for (const [title, rows] of Object.entries(groups)) {
    for (const [line, expected, ...leftOut] of rows) {
      it(`is understood with ${title}: ${JSON.stringify(line)}`, () => {
        const actual = outcomeOf(line);
        const shown = JSON.stringify(actual, null, 1);
        if (typeof expected === 'string') {
          assert.equal(actual.outcome, expected);
        } else {
          assert.match(actual.outcome, expected);
        }
        assert.equal(actual.leftOut.length, leftOut.length, shown);
        leftOut.forEach((pattern, index) => assert.match(actual.leftOut[index] ?? '', pattern));
        assert.doesNotMatch(shown, /hunter2/);
      });
      if (typeof expected === 'string' && /^\S*ssh\S* /.test(line)) {
        it(`means the same when it comes from the clipboard: ${JSON.stringify(line)}`, () =>
          assert.deepEqual(outcomeOf(copiedLine(line) ?? '').outcome, outcomeOf(line).outcome));
      }
    }
  }
});
