// Running `ssh -G`: its arguments, its environment and its errors. A script stands in for ssh.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { leasedEnvironment } from '../../../../src/tunnels/daemon/protocol/leasedEnvironment';
import { TunnelFailure, explain } from '../../../../src/tunnels/errors/errors';
import { english } from '../../../../src/tunnels/util/l10n';
import { resolveHost } from '../../../../src/tunnels/ssh/config/resolveHost';
import { runSshG } from '../../../../src/tunnels/ssh/config/sshG';
import { describeSshGFailure } from '../../../../src/tunnels/ssh/config/sshGFailure';
import { eventually, longWaitMs } from '../../../support/eventually';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';
import { messageOf, nextStepOf } from '../../../support/errorWords';

const env = { PATH: process.env['PATH'] };

describe('running ssh -G', () => {
  let dir: TempDir;
  let count = 0;
  beforeEach(async () => {
    dir = await tempDir();
  });
  afterEach(() => dir.remove());

  function fakeSsh(script: string): Promise<string> {
    return dir.write(`ssh${++count}`, `#!/bin/sh\n${script}\n`, 0o700);
  }

  it('passes an argument vector, with -- before the host', async () => {
    const sshProgram = await fakeSsh('for a; do printf "<%s>" "$a"; done');
    const query = { host: 'a;b $(c)', user: 'me x', port: 22, configFile: '/a b', withoutProxyJump: true };
    assert.equal(
      await runSshG(query, { env, sshProgram }),
      '<-F></a b><-l><me x><-p><22><-J><none><-N><-G><--><a;b $(c)>',
    );
    assert.equal(await runSshG({ host: 'h', configFile: undefined }, { env, sshProgram }), '<-N><-G><--><h>');
    assert.equal(
      await runSshG({ host: 'h', configFile: 'none' }, { env, sshProgram }),
      '<-F><none><-N><-G><--><h>',
    );
  });

  it('starts eight at once at most, and ends a waiting one at once when it is aborted', async () => {
    const runLog = dir.file('runLog');
    const sshProgram = await fakeSsh(
      `echo + >>${runLog}; while [ ! -e ${dir.file('go')} ]; do sleep 0.2; done; echo - >>${runLog}`,
    );
    const signs = (): string[] => readFileSync(runLog, 'utf8').trim().split('\n');
    const queries = Array.from({ length: 20 }, () =>
      runSshG({ host: 'h', configFile: undefined }, { env, sshProgram, timeoutMs: 2 * longWaitMs }),
    );
    const stop = new AbortController();
    const stopped = runSshG(
      { host: 'h', configFile: undefined },
      { env, sshProgram, timeoutMs: 2 * longWaitMs, signal: stop.signal },
    );
    const reason = assert.rejects(stopped, /stopped/);
    await eventually('eight run', () => existsSync(runLog) && signs().length >= 8);
    // Its turn does not come before the eight may go on.
    stop.abort(new Error('stopped'));
    await reason;
    await dir.write('go', '');
    await Promise.all(queries);
    assert.equal(signs().length, 2 * 20);
    let [running, most] = [0, 0];
    for (const sign of signs()) {
      running += sign === '+' ? 1 : -1;
      most = Math.max(most, running);
    }
    assert.equal(most, 8);
  });

  it('gets the whole environment of a window on Windows, ProgramData among it', async () => {
    const ofWindow = {
      Path: process.env['PATH'],
      ProgramData: 'C:\\ProgramData',
      'ProgramFiles(x86)': 'C:\\Program Files (x86)',
      SystemRoot: 'C:\\Windows',
      windir: 'C:\\Windows',
      APPDATA: 'C:\\Users\\me\\AppData\\Roaming',
    };
    // Read from /proc: a shell drops names that it doesn't accept.
    const sshProgram = await fakeSsh('/bin/cat /proc/$$/environ');
    const leased = leasedEnvironment({ ...ofWindow, VSCODE_PID: '1', ELECTRON_RUN_AS_NODE: '1' }, 'win32');
    const output = await runSshG({ host: 'h', configFile: undefined }, { env: leased, sshProgram });
    const seen = (output ?? '').split('\0').filter(Boolean);
    assert.deepEqual(
      seen.sort(),
      Object.entries(ofWindow)
        .map(([name, value]) => `${name}=${value}`)
        .sort(),
    );
  });

  it('gives ssh no input, and only the given environment', async () => {
    const sshProgram = await fakeSsh('cat; echo "x=$X y=$HOME"');
    assert.equal(
      await runSshG({ host: 'h', configFile: undefined }, { env: { ...env, X: '1' }, sshProgram }),
      'x=1 y=\n',
    );
  });

  it('looks for ssh in the given PATH', async () => {
    await dir.write('bin/ssh', '#!/bin/sh\necho found\n', 0o700);
    assert.equal(
      await runSshG({ host: 'h', configFile: undefined }, { env: { PATH: dir.file('bin') } }),
      'found\n',
    );
    assert.equal(await runSshG({ host: 'h', configFile: undefined }, { env: { PATH: dir.path } }), undefined);
  });

  it('returns undefined without an ssh, and fails with one that cannot be run', async () => {
    const options = (sshProgram: string) => ({ env, sshProgram });
    assert.equal(await runSshG({ host: 'h', configFile: undefined }, options(dir.file('none'))), undefined);
    const plain = await dir.write('plain', 'no program', 0o600);
    await assert.rejects(runSshG({ host: 'h', configFile: undefined }, options(plain)), {
      code: 'InvalidDefinition',
    });
  });

  it('ends ssh and its children when it is aborted', async () => {
    const sshProgram = await fakeSsh(`sleep 60 & echo $! > ${dir.file('pid')}; wait`);
    const abort = new AbortController();
    const options = { env, sshProgram, signal: abort.signal };
    const running = runSshG({ host: 'h', configFile: undefined }, options);
    const refused = assert.rejects(running, /stopped/);
    await eventually(
      'it runs',
      () => existsSync(dir.file('pid')) && readFileSync(dir.file('pid')).length > 0,
    );
    abort.abort(new Error('stopped'));
    await refused;
    await assertGone(Number(await readFile(dir.file('pid'), 'utf8')));
    await assert.rejects(runSshG({ host: 'h', configFile: undefined }, options), /stopped/);
  });

  it('ends ssh and its children after the time-out', async () => {
    const sshProgram = await fakeSsh(`sleep 60 & echo $! > ${dir.file('pid')}; wait`);
    const isBegun = (): boolean => existsSync(dir.file('pid')) && readFileSync(dir.file('pid')).length > 0;
    // A busy machine may need more than the time-out to start it.
    for (let timeoutMs = 150; !isBegun(); timeoutMs *= 4) {
      const running = runSshG({ host: 'h', configFile: undefined }, { env, sshProgram, timeoutMs });
      const message = new RegExp(`within ${timeoutMs / 1000} s`);
      await assert.rejects(running, { code: 'ConnectTimeout', message });
    }
    await assertGone(Number(await readFile(dir.file('pid'), 'utf8')));
  });

  it('does not wait for a child that ssh leaves behind with its pipes', async () => {
    // Longer than a test may take: it is not waited for.
    const sshProgram = await fakeSsh('sleep 600 & echo $!; echo host h');
    const output = await runSshG({ host: 'h', configFile: undefined }, { env, sshProgram });
    assert.match(output ?? '', /^\d+\nhost h\n$/);
    process.kill(Number.parseInt(output ?? '', 10), 'SIGKILL');
  });

  it('fails when ssh prints more than 1024 KiB', async () => {
    const sshProgram = await fakeSsh('exec cat /dev/zero');
    await assert.rejects(
      runSshG({ host: 'h', configFile: undefined }, { env, sshProgram }),
      /more than 1024 KiB/,
    );
  });

  it('fails when ssh dies by a signal', async () => {
    const sshProgram = await fakeSsh('kill -9 $$');
    await assert.rejects(runSshG({ host: 'h', configFile: undefined }, { env, sshProgram }), {
      code: 'InvalidDefinition',
    });
  });

  it('never passes a host or user that could be an option or hide something', async () => {
    const sshProgram = await fakeSsh(`touch ${dir.file('ran')}; echo host h`);
    const destinations = [
      { host: '-oProxyCommand=x' },
      { host: '' },
      { host: 'a\nb' },
      { host: 'a b' },
      { host: 'h', user: '-x' },
      { host: 'h', user: 'a\0b' },
      { host: 'me@h' },
    ];
    for (const destination of destinations) {
      await assert.rejects(resolveHost(destination, { configFile: undefined, env, sshProgram }), {
        code: 'InvalidDefinition',
      });
    }
    assert.equal(existsSync(dir.file('ran')), false);
  });

  it('asks ssh for its defaults once', async () => {
    const sshProgram = await fakeSsh(`echo x >> ${dir.file('log')}; echo ciphers a,b; echo "hostname h"`);
    const options = { configFile: undefined, env, sshProgram };
    const hosts = await Promise.all([
      resolveHost({ host: 'h' }, options),
      resolveHost({ host: 'h' }, options),
    ]);
    await resolveHost({ host: 'h' }, options);
    assert.deepEqual([hosts[0].ciphers, hosts[1].hostName], [undefined, 'h']);
    const counting = await fakeSsh(`wc -l < ${dir.file('log')}`);
    assert.equal(
      (await runSshG({ host: 'h', configFile: undefined }, { env, sshProgram: counting }))?.trim(),
      '4',
    );
  });
});

/** A process that was killed may stay a zombie until its parent, which is no longer ours, has noticed. */
async function assertGone(pid: number): Promise<void> {
  assert.ok(pid > 1);
  await eventually(`process ${pid} is gone`, async () => !(await isAlive(pid)));
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  return !/^State:\s*Z/m.test(status);
}

describe('a password in the ssh_config of the user', () => {
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir();
  });
  afterEach(() => dir.remove());

  for (const line of [
    'hunter2 foo',
    'Password hunter2',
    'Port hunter2',
    'Compression hunter2',
    'HostName a hunter2',
    'Ciphers hunter2',
    'KexAlgorithms hunter2',
    'LocalForward 1:me:hunter2@h:1 x:y',
    'ProxyJump me:hunter2@h:x',
    'ProxyJump ssh://me:hunter2@h/x',
    'Match hunter2',
    'User "hunter2',
    'IPQoS hunter2',
    'RekeyLimit hunter2',
    'CanonicalDomains -hunter2',
    'LogLevel hunter2',
  ]) {
    it(`is not repeated by the error for "${line}", which names the line`, async () => {
      const configFile = await dir.write('config', `${line}\n`);
      await assert.rejects(runSshG({ host: 'h', configFile }, { env }), (failure) => {
        assert.ok(failure instanceof TunnelFailure);
        const shown = `${messageOf(failure.error)} ${nextStepOf(failure.error)} ${failure.error.detail ?? ''}`;
        assert.match(shown, /line 1/);
        assert.doesNotMatch(shown, /hunter2/);
        return true;
      });
    });
  }
});

describe('a variable of ssh_config that is not set', () => {
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir();
  });
  afterEach(() => dir.remove());

  for (const [line, name] of [
    ['Host other\n IdentityAgent ${MISSING}/agent', 'MISSING'],
    ['Host other\n IdentityAgent ${Missing(x86)}/agent', 'Missing(x86)'],
    ['Host *\n UserKnownHostsFile ${MISSING}/known_hosts', 'MISSING'],
    ['Host *\n ControlPath ${MISSING}/%C', 'MISSING'],
    ['Host *\n LocalForward ${MISSING}/a /b', 'MISSING'],
  ] as const) {
    it(`is named by the error for ${JSON.stringify(line)}`, async () => {
      const configFile = await dir.write('config', `${line}\n`);
      await assert.rejects(runSshG({ host: 'web', configFile }, { env }), (failure) => {
        assert.ok(failure instanceof TunnelFailure);
        assert.equal(failure.code, 'InvalidDefinition');
        assert.ok(messageOf(failure.error).includes(`the variable ${name}`), messageOf(failure.error));
        assert.ok(messageOf(failure.error).includes('not set'));
        assert.ok(nextStepOf(failure.error).includes(`Set ${name}`));
        return true;
      });
      const set = await runSshG({ host: 'web', configFile }, { env: { ...env, [name]: '/x' } });
      assert.notEqual(set, undefined);
    });
  }
});

describe('a config in an encoding that ssh does not read', () => {
  const config = 'Host h\r\n  Port 7\r\n';
  for (const [name, bytes, message] of [
    ['a byte order mark', Buffer.from(`\ufeff${config}`), /begins with a byte order mark \(BOM\)\.$/],
    ['UTF-16', Buffer.from(`\ufeff${config}`, 'utf16le'), /the file is saved as UTF-16\.$/],
    ['UTF-16 without a mark', Buffer.from(config, 'utf16le'), /the file is saved as UTF-16\.$/],
    [
      // ssh takes it for an empty file.
      'big-endian UTF-16 without a mark',
      Buffer.from(config, 'utf16le').swap16(),
      /the file is saved as UTF-16\.$/,
    ],
  ] as const) {
    it(`is named: ${name}`, async () => {
      await using dir = await tempDir();
      const configFile = dir.file('config');
      await writeFile(configFile, bytes);
      await assert.rejects(runSshG({ host: 'h', configFile }, { env }), (failure) => {
        assert.ok(failure instanceof TunnelFailure);
        assert.match(messageOf(failure.error), message);
        assert.match(nextStepOf(failure.error), /^Save the file as UTF-8 without a byte order mark/);
        return true;
      });
    });
  }
});

describe('a config that ssh would read without end', () => {
  for (const name of ['a pipe', 'a device'] as const) {
    it(`is refused at once: ${name}`, async function () {
      if (process.platform === 'win32') {
        this.skip();
      }
      await using dir = await tempDir();
      const configFile = name === 'a pipe' ? dir.file('pipe') : '/dev/zero';
      if (name === 'a pipe') {
        execFileSync('mkfifo', [configFile]);
      }
      await assert.rejects(runSshG({ host: 'h', configFile }, { env }), (failure) => {
        assert.ok(failure instanceof TunnelFailure);
        assert.ok(messageOf(failure.error).startsWith(`${configFile} can't be read.`));
        assert.match(nextStepOf(failure.error), /^It is a pipe, a socket or a device/);
        return true;
      });
    });
  }

  it('is not the null device', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    assert.match((await runSshG({ host: 'h', configFile: '/dev/null' }, { env })) ?? '', /^hostname h$/m);
  });
});

describe('a variable with a line break', () => {
  const config = 'Host h\n  UserKnownHostsFile ${KNOWN}/k\n  Port 7\n';

  for (const value of ['/a\nproxycommand /bin/false', '/a\n', '\nproxycommand x', '\n']) {
    it(`is not taken for other values, but named: ${JSON.stringify(value)}`, async () => {
      await using dir = await tempDir();
      const configFile = await dir.write('config', config);
      const other = { 'BASH_FUNC_x%%': '() {  echo\n}', NEWLINE: '\n' };
      const resolving = resolveHost({ host: 'h' }, { configFile, env: { ...env, KNOWN: value, ...other } });
      await assert.rejects(resolving, (failure) => {
        assert.ok(failure instanceof TunnelFailure);
        const name = value === '\n' ? /KNOWN|NEWLINE/ : /KNOWN/;
        assert.match(messageOf(failure.error), /^Your SSH config for "h" uses the variable .*line break/);
        assert.match(messageOf(failure.error), name);
        assert.match(nextStepOf(failure.error), name);
        return true;
      });
    });
  }

  it('does no harm when ssh_config does not use it', async () => {
    await using dir = await tempDir();
    const configFile = await dir.write('config', config);
    const others = { NEWLINE: '\n', PORT: '7\n', 'BASH_FUNC_x%%': '() {  echo\n}', CERT: 'BEGIN\nEND\n' };
    const host = await resolveHost({ host: 'h' }, { configFile, env: { ...env, ...others, KNOWN: '/a' } });
    assert.deepEqual([host.port, host.userKnownHostsFiles], [7, ['/a/k']]);
  });
});

describe('the step when ssh -G shows more', () => {
  it('has the file that is set', () => {
    const error = describeSshGFailure({ host: 'web', configFile: '/a b/config' }, 'something is wrong');
    const file = process.platform === 'win32' ? '"/a b/config"' : "'/a b/config'";
    assert.match(nextStepOf(error), new RegExp(`^Run "ssh -F ${file} -G web" in a terminal`));
  });

  it('is to set SHELL when that names no program', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    await using dir = await tempDir();
    const configFile = await dir.write('config', 'Match exec true\n');
    for (const SHELL of ['/not/there', '']) {
      await assert.rejects(runSshG({ host: 'h', configFile }, { env: { ...env, SHELL } }), (failure) => {
        assert.ok(failure instanceof TunnelFailure);
        assert.match(messageOf(failure.error), /the shell that the variable SHELL names can't be run/);
        assert.match(nextStepOf(failure.error), /^Set SHELL to the path of your shell/);
        return true;
      });
    }
  });
});

describe('the error for a refusal of ssh -G', () => {
  const cases: readonly (readonly [stderr: string, code: string, message: RegExp])[] = [
    [
      '/c: line 3: Bad configuration option: foo\n/c: terminating, 1 bad configuration options\n',
      'InvalidDefinition',
      /\/c, line 3: Bad configuration option: foo\./,
    ],
    ["/c d line 12: Bad port 'abc'.\r\n", 'InvalidDefinition', /\/c d, line 12: Bad port 'abc'\.$/],
    [
      '/c line 2: RefuseConnection: use bastion instead\n',
      'InvalidDefinition',
      /Your SSH config refuses connections to "web" \(\/c, line 2\): use bastion instead\.$/,
    ],
    ['jumphost loop via bastion', 'InvalidDefinition', /"web" is its own jump host \(ProxyJump bastion\)/],
    [
      "Can't open user config file /x: No such file",
      'InvalidDefinition',
      /\/x can't be opened: No such file\./,
    ],
    [
      'Bad owner or permissions on /h/config',
      'InvalidDefinition',
      /ssh refuses to read \/h\/config: other users can write to it/,
    ],
    ['ssh: Could not resolve host "web"', 'HostNotFound', /"web" could not be resolved/],
    ['', 'InvalidDefinition', /gives no reason/],
  ];
  for (const [stderr, code, message] of cases) {
    it(`is ${code} for ${JSON.stringify(stderr)}`, () => {
      const error = describeSshGFailure({ host: 'web' }, stderr);
      assert.equal(error.code, code);
      assert.match(messageOf(error), message);
      const [first = ''] = stderr.replaceAll('\r', '').trim().split('\n');
      assert.equal(error.detail, first === '' ? undefined : first);
      assert.notEqual(nextStepOf(error), '');
      assert.ok(new TunnelFailure(error) instanceof Error);
    });
  }

  it('has the line to open', () => {
    const file =
      process.platform === 'win32' ? String.raw`C:\Users\Jo Do\.ssh\config` : '/home/me/.ssh/config';
    const error = describeSshGFailure({ host: 'web' }, `${file}: line 7: Bad configuration option: foo`);
    assert.deepEqual('at' in error && error.at, { file, line: 7 });
    assert.deepEqual(explain(error, { platform: 'linux', destination: undefined }, english).actions, [
      'openFile',
      'tryAgain',
    ]);
  });
});
