// Paths of Git's, MSYS2's and Cygwin's ssh on Microsoft Windows. There is no Windows here: `ssh` and `cygpath` are fakes,
// scripts that print what the real ones print, and the platform is injected.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import type { HostConfig } from '../../../../src/tunnels/ssh/config/hostConfig';
import { expandHome } from '../../../../src/tunnels/ssh/config/effectiveHost';
import { resolveHost } from '../../../../src/tunnels/ssh/config/resolveHost';
import { driveOrNetworkPath } from '../../../../src/tunnels/ssh/config/windowsPaths';
import { messageOf, nextStepOf } from '../../../support/errorWords';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

const r = String.raw;

describe('a path that another ssh prints on Windows', () => {
  const simple: readonly (readonly [path: string, converted: string | undefined])[] = [
    ['/c/Users/me/.ssh/known_hosts', r`C:\Users\me\.ssh\known_hosts`],
    ['/d', r`D:\ `.trim()],
    ['/c/', r`C:\ `.trim()],
    ['/c/Users/Jo Do/ä', r`C:\Users\Jo Do\ä`],
    ['/cygdrive/c/Users/me', r`C:\Users\me`],
    ['/proc/cygdrive/e/x', r`E:\x`],
    ['/C:/Users/me', r`C:\Users\me`],
    ['//server/share/known_hosts', r`\\server\share\known_hosts`],
    ['//./pipe/openssh-ssh-agent', r`\\.\pipe\openssh-ssh-agent`],
    ['/dev/null', r`\\.\nul`],
    [r`C:\Users\me`, r`C:\Users\me`],
    ['C:/Users/me', 'C:/Users/me'],
    [r`\\.\pipe\agent`, r`\\.\pipe\agent`],
    // What ssh_config makes of two backslashes.
    [r`\.\pipe\agent`, r`\\.\pipe\agent`],
    ['none', 'none'],
    ['/home/me/.ssh/known_hosts', undefined],
    ['/etc/ssh/ssh_known_hosts', undefined],
    ['/cc/x', undefined],
    ['/cygdrive/cc/x', undefined],
    ['/tmp/agent', undefined],
    ['/', undefined],
  ];
  for (const [path, converted] of simple) {
    it(`is ${converted ?? 'not known without asking'}: ${path}`, () => {
      assert.equal(driveOrNetworkPath(path), converted);
    });
  }

  it('may be in a setting', () => {
    assert.equal(expandHome('/c/Users/me/hosts', 'win32'), r`C:\Users\me\hosts`);
    assert.equal(expandHome('/etc/hosts', 'win32'), '/etc/hosts');
    assert.equal(expandHome('/c/Users/me/hosts', 'linux'), '/c/Users/me/hosts');
    assert.match(expandHome(r`~\hosts`, 'win32'), /^(\/|[A-Z]:).*[\\/]hosts$/);
    assert.equal(expandHome(r`~\hosts`, 'linux'), r`~\hosts`);
  });
});

describe('the files of a host on Windows', () => {
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir();
  });
  afterEach(() => dir.remove());

  /** A fake ssh: what it prints by default, and for the host. */
  async function fakeSsh(
    folder: string,
    defaults: readonly string[],
    own: readonly string[],
  ): Promise<string> {
    const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
    await dir.write(`${folder}/defaults`, lines(defaults));
    // As with the real one, the first value of a keyword counts.
    await dir.write(`${folder}/own`, lines(own));
    const script = `#!/bin/sh\ncase "$*" in *localhost) /bin/cat "$(/usr/bin/dirname "$0")/defaults";; *) /bin/cat "$(/usr/bin/dirname "$0")/own";; esac\n`;
    return dir.write(`${folder}/ssh.exe`, script, 0o700);
  }

  /** A fake cygpath, which knows a root, and records what it is asked. */
  async function fakeCygpath(folder: string, root = r`C:\msys64`): Promise<void> {
    const script = `#!/bin/sh
[ "$1 $2" = "-w --" ] && [ $# = 3 ] || exit 1
echo "$3" >>"${dir.file('asked')}"
printf '%s%s\\r\\n' '${root}' "$3" | /usr/bin/tr / '\\\\'
`;
    await dir.write(`${folder}/cygpath.exe`, script, 0o700);
  }

  function resolve(sshProgram: string, env: NodeJS.ProcessEnv = {}): Promise<HostConfig> {
    return resolveHost(
      { host: 'web' },
      {
        configFile: undefined,
        env: { PATH: process.env['PATH'], ...env },
        sshProgram,
        platform: 'win32',
      },
    );
  }

  const ofGit = [
    'identityfile ~/.ssh/id_ed25519',
    'userknownhostsfile /c/Users/me/.ssh/known_hosts /c/Users/me/.ssh/known_hosts2',
    'globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2',
  ];
  const ofMsys = [
    'identityfile ~/.ssh/id_ed25519',
    'userknownhostsfile /home/me/.ssh/known_hosts /home/me/.ssh/known_hosts2',
    'globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2',
  ];
  const ofWindows = [
    'identityfile ~/.ssh/id_ed25519',
    r`userknownhostsfile C:\Users\me/.ssh/known_hosts C:\Users\me/.ssh/known_hosts2`,
    r`globalknownhostsfile __PROGRAMDATA__\ssh/ssh_known_hosts __PROGRAMDATA__\ssh/ssh_known_hosts2`,
  ];

  it("are those of Git's ssh, with its own cygpath for what is not on a drive", async () => {
    await fakeCygpath('usr/bin', r`C:\Program Files\Git`);
    const host = await resolve(
      await fakeSsh('usr/bin', ofGit, [
        ...ofGit,
        'revokedhostkeys /c/Users/me/revoked //server/share/revoked',
        'certificatefile ~/.ssh/id-cert.pub',
        'identityagent /tmp/ssh-x/agent.1',
      ]),
    );
    assert.deepEqual(host.userKnownHostsFiles, [
      r`C:\Users\me\.ssh\known_hosts`,
      r`C:\Users\me\.ssh\known_hosts2`,
    ]);
    assert.deepEqual(host.globalKnownHostsFiles, [
      r`C:\Program Files\Git\etc\ssh\ssh_known_hosts`,
      r`C:\Program Files\Git\etc\ssh\ssh_known_hosts2`,
    ]);
    assert.deepEqual(host.revokedHostKeysFiles, [r`C:\Users\me\revoked`, r`\\server\share\revoked`]);
    assert.deepEqual(host.identityFiles, [r`C:\Users\me\.ssh\id_ed25519`]);
    assert.deepEqual(host.certificateFiles, [r`C:\Users\me\.ssh\id-cert.pub`]);
    assert.equal(host.identityAgent, r`C:\Program Files\Git\tmp\ssh-x\agent.1`);
    assert.doesNotMatch(await readFile(dir.file('asked'), 'utf8'), /Users/);
  });

  it("are in ssh's home, which MSYS2 has for itself", async () => {
    await fakeCygpath('bin');
    const own = [
      'identityfile ~/.ssh/id_ed25519',
      'identityfile keys/id_rsa',
      'identityfile %d/other',
      'identityfile ${KEYS}/id',
      'identityfile C:/keys/id',
      ...ofMsys.slice(1),
    ];
    const host = await resolve(await fakeSsh('bin', ofMsys, own), { KEYS: '/e/keys' });
    assert.deepEqual(host.identityFiles, [
      r`C:\msys64\home\me\.ssh\id_ed25519`,
      r`C:\msys64\home\me\keys\id_rsa`,
      r`C:\msys64\home\me\other`,
      r`E:\keys\id`,
      'C:/keys/id',
    ]);
    assert.deepEqual(host.userKnownHostsFiles[0], r`C:\msys64\home\me\.ssh\known_hosts`);
  });

  it('are those of the ssh that comes first in PATH', async () => {
    await fakeCygpath('first');
    await fakeCygpath('second', r`D:\cygwin64`);
    for (const folder of ['first', 'second']) {
      await fakeSsh(folder, ofGit, ofGit);
      // This system starts a program by its exact name.
      await dir.write(`${folder}/ssh`, '#!/bin/sh\nexec "$0.exe" "$@"\n', 0o700);
    }
    const options = { configFile: undefined, platform: 'win32' } as const;
    for (const [folder, root] of [
      ['first', r`C:\msys64`],
      ['second', r`D:\cygwin64`],
    ] as const) {
      const host = await resolveHost({ host: 'web' }, { ...options, env: { PATH: dir.file(folder) } });
      assert.equal(host.globalKnownHostsFiles[0], r`${root}\etc\ssh\ssh_known_hosts`);
    }
  });

  it('are asked for once for the same ssh', async () => {
    await fakeCygpath('bin');
    const ssh = await fakeSsh('bin', ofMsys, ofMsys);
    await Promise.all([resolve(ssh), resolve(ssh)]);
    await resolve(ssh);
    const asked = (await readFile(dir.file('asked'), 'utf8')).trim().split('\n');
    assert.deepEqual(asked, [...new Set(asked)]);
  });

  it('are found below /etc of the root when there is no cygpath', async () => {
    for (const [folder, library] of [
      ['usr/bin', 'msys-2.0.dll'],
      ['bin', 'cygwin1.dll'],
    ] as const) {
      await dir.write(`${folder}/${library}`, '');
      const host = await resolve(await fakeSsh(folder, ofGit, ofGit));
      const root = dir.path.replaceAll('/', '\\');
      assert.equal(host.globalKnownHostsFiles[0], r`${root}\etc\ssh\ssh_known_hosts`);
    }
  });

  const unknown: readonly (readonly [why: string, lines: readonly string[], cygpath?: string])[] = [
    ['there is no cygpath and no library', ofGit],
    ['cygpath fails', ofGit, 'exit 1'],
    ['cygpath prints nothing', ofGit, 'exit 0'],
    ['cygpath prints a path without a drive', ofGit, 'echo "$3"'],
    ['cygpath prints several lines', ofGit, 'echo "C:\\\\a"; echo "C:\\\\b"'],
    ['the home is not on a drive', ofMsys],
  ];
  for (const [why, lines, cygpath] of unknown) {
    it(`that can't be located end the attempt, instead of counting as missing: ${why}`, async () => {
      if (cygpath !== undefined) {
        await dir.write('usr/bin/cygpath.exe', `#!/bin/sh\n${cygpath}\n`, 0o700);
      }
      await assert.rejects(resolve(await fakeSsh('usr/bin', lines, lines)), (error) => {
        assert.ok(error instanceof TunnelFailure && error.code === 'InvalidDefinition', String(error));
        assert.match(messageOf(error.error), /ssh uses the file \/(etc|home)\/.*where that is on Windows/);
        assert.match(nextStepOf(error.error), /OpenSSH for Windows/);
        return true;
      });
    });
  }

  it('may be outside of /etc only with cygpath', async () => {
    await dir.write('usr/bin/msys-2.0.dll', '');
    for (const file of ['/home/me/known_hosts', '/etc/../home/me/known_hosts', '/usr/share/known_hosts']) {
      const own = [`userknownhostsfile ${file}`, ...ofGit];
      await assert.rejects(resolve(await fakeSsh('usr/bin', ofGit, own)), { code: 'InvalidDefinition' });
    }
  });

  it("are where OpenSSH for Windows has them, and its own form of a drive is Node's", async () => {
    const own = [
      'identityfile /C:/keys/id',
      'identityfile /keys/id',
      r`identityfile \\server\share\id`,
      'userknownhostsfile /dev/null',
      ofWindows[2] ?? '',
      r`identityagent \\.\pipe\openssh-ssh-agent`,
    ];
    const host = await resolve(await fakeSsh('usr/bin', ofWindows, own), { ProgramData: r`C:\ProgramData` });
    assert.deepEqual(host.identityFiles, [r`C:\keys\id`, '/keys/id', r`\\server\share\id`]);
    assert.deepEqual(host.userKnownHostsFiles, [r`\\.\nul`]);
    assert.equal(host.globalKnownHostsFiles[0], r`C:\ProgramData\ssh/ssh_known_hosts`);
    assert.equal(host.identityAgent, r`\\.\pipe\openssh-ssh-agent`);
  });

  it('are not converted on other systems', async () => {
    const sshProgram = await fakeSsh('usr/bin', ofGit, ofGit);
    const env = { PATH: process.env['PATH'] };
    const host = await resolveHost(
      { host: 'web' },
      { configFile: undefined, env, sshProgram, platform: 'linux' },
    );
    assert.equal(host.userKnownHostsFiles[0], '/c/Users/me/.ssh/known_hosts');
  });
});
