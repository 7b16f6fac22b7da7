// Texts that hold an ssh command: of programs, of web pages, of documentation, and those that hold none.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkLine, copiedLine } from '../../../../src/tunnels/config/commandLine/pastedCommandLine';
import { inEnglish } from '../../../support/inEnglish';

function outcomeOf(line: string): string {
  const checked = checkLine(line);
  return 'fault' in checked
    ? inEnglish(checked.fault)
    : [JSON.stringify(checked.record), ...checked.leftOut.map(({ message }) => inEnglish(message))].join(' ');
}

const tunnel = '{"host":"me@h","localForward":["8080:x:80"]}';
const noSsh = /^"[\w.-]+" is not ssh\. Only ssh commands are supported; begin with "ssh"\./;
const placeholder = /^Replace the placeholder with a value of your own\./;

const groups: Readonly<Record<string, readonly (readonly [text: string, outcome: string | RegExp])[]>> = {
  'another program': [
    ['ssh2 -NL 8080:x:80 me@h', noSsh],
    ['/opt/bin/ssh-9.2 -L 8080:x:80 me@h', noSsh],
    ['make tunnel', noSsh],
    ['pscp a b:', noSsh],
    ['me@h -L 8080:x:80', tunnel],
    ['-L 8080:x:80 me@h', tunnel],
  ],
  'a call in a program': [
    ["spawn('ssh', ['-N', '-L', '8080:x:80', 'me@h'], { stdio: 'inherit' })", tunnel],
    ['cmd := exec.Command("ssh", "-N", "-L", "8080:x:80", "me@h")', tunnel],
    ['subprocess.run(["ssh", "-N", "-L", "8080:x:80", "me@h"])', tunnel],
    ['subprocess.run("ssh -N -L 8080:x:80 me@h", shell=True)', tunnel],
    ['Command::new("ssh").arg("-N").args(["-L", "8080:x:80", "me@h"])', tunnel],
    ['Process.Start("ssh", "-N -L 8080:x:80 me@h");', tunnel],
    ['Start-Process ssh -ArgumentList "-N","-L","8080:x:80","me@h"', tunnel],
    ['Start-Process -FilePath "ssh.exe" -ArgumentList \'-N -L 8080:x:80 me@h\' -WindowStyle Hidden', tunnel],
  ],
  'an escaped text': [
    ['ssh -L 8080:x:80 &quot;me@h&quot; &gt; /dev/null 2&gt;&amp;1', tunnel],
    ['ssh -L 8080:x:80 &lt;user&gt;@h', placeholder],
    ['"scripts": { "tunnel": "ssh -N -L 8080:x:80 me@h" }', tunnel],
    [String.raw`"tunnel": "ssh -N -L 8080:x:80 \"me@h\""`, tunnel],
    ['ssh －L ８０８０：x：80 me＠h\u{200e}', tunnel],
  ],
  'a placeholder': [
    ['ssh -L 8080:x:80 [user]@[host]', placeholder],
    ['ssh ... -L 8080:x:80 h', placeholder],
    ['ssh -L 8080:x:80 {user}@h', placeholder],
    ['ssh -L 8080:x:80 {{ user }}@{{ host }}', placeholder],
    ['ssh -L {{port}}:x:80 h', placeholder],
    ['ssh -L 8080:x:80 «user»@h', placeholder],
    ['ssh -L [::1]:8080:[localhost]:80 me@h', /^\{"host":"me@h"/],
  ],
  'of PuTTY': [
    ['putty -ssh me@h 2222 -L 8080:x:80', '{"host":"me@h:2222","localForward":["8080:x:80"]}'],
    ['plink -load sess -L 8080:x:80', /^Sessions that PuTTY has saved can't be read\. Write the host/],
  ],
  'a prompt': [
    ['╭─me@h ~\n╰─➤ ssh -L 8080:x:80 me@h', tunnel],
    ['me in ~/app on main λ ssh -L 8080:x:80 me@h', tunnel],
    ['me in ~/app on main\n❯ ssh -L 8080:x:80 me@h', tunnel],
  ],
  'options of ssh': [
    ['ssh -O forward -L 8080:x:80 h', /Remove it: a tunnel connects by itself\./],
    ['ssh -o IgnoreUnknown=Fo* -o Foo=bar -L 8080:x:80 me@h', /^\{"host":"me@h"/],
    ['ssh -o Foo=bar -o IgnoreUnknown=Foo -L 8080:x:80 me@h', /^ssh_config has no keyword "Foo"/],
    ['ssh -o SyslogFacility=AUTH -L 8080:x:80 me@h', /ssh applies it to every host/],
  ],
};

for (const [group, cases] of Object.entries(groups)) {
  describe(`${group}:`, () => {
    for (const [text, outcome] of cases) {
      it(`reads ${JSON.stringify(text)}`, () => {
        for (const line of [text, copiedLine(text) ?? text]) {
          if (typeof outcome === 'string') {
            assert.equal(outcomeOf(line), outcome);
          } else {
            assert.match(outcomeOf(line), outcome);
          }
        }
      });
    }
  });
}

describe('a here-document', () => {
  it('holds no commands, whatever follows its operator', () => {
    const text = "ssh -L 8080:x:80 h << 'EOF' | cat\nssh -L 1:a:1 other\nEOF\n";
    assert.equal(copiedLine(text), "ssh -L 8080:x:80 h << 'EOF' | cat");
  });
});

describe('the options for a Host block', () => {
  const optionsOf = (options: string): unknown => {
    const checked = checkLine(`ssh ${options} -L 8080:x:80 h`);
    return 'fault' in checked
      ? inEnglish(checked.fault)
      : checked.configOptions.map(({ keyword, value }) => `${keyword} ${value}`);
  };
  it('have the last of two letters, as ssh does', () =>
    assert.deepEqual(optionsOf('-4 -6'), ['AddressFamily inet6']));
  it('have the letter instead of -o, as ssh does', () =>
    assert.deepEqual(optionsOf('-o Ciphers=aes128-ctr -c aes256-ctr'), ['Ciphers aes256-ctr']));
  it('have each key', () =>
    assert.deepEqual(optionsOf('-i /a -i /b'), ['IdentityFile /a', 'IdentityFile /b']));
});
