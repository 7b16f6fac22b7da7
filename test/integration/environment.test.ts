// A window's environment as seen by ssh_config and the programs that it starts: exactly what the window leases. On a
// real sshd, with the product's own lease code.
import assert from 'node:assert/strict';
import { copyFile, readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { leasedEnvironment } from '../../src/tunnels/daemon/protocol/leasedEnvironment';
import type { TunnelError } from '../../src/tunnels/errors/errors';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { eventually, longWaitMs } from '../support/eventually';
import { testDaemon, TestWindow } from '../support/testWindow';
import type { TestDaemon, LeaseEntry } from '../support/testWindow';
import { target, exchange } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { step } from '../support/step';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { messageOf, nextStepOf } from '../support/errorWords';

/** Connects its standard streams to a port, like netcat, which not every machine has. */
const netcat = `
const socket = require('node:net').connect(Number(process.argv[3]), process.argv[2]);
process.stdin.pipe(socket).pipe(process.stdout);
`;

/** Variables that a shell sets itself. */
const ofShell = new Set(['PWD', 'OLDPWD', 'SHLVL', '_']);

describe("a window's environment", function () {
  this.timeout(2 * longWaitMs);
  let daemon: TestDaemon;
  let sshd: Sshd;
  let dir: TempDir;
  let greeter: TargetServer;
  /** A program that records its environment and the variable WORK_SITE, and becomes the connection. */
  let proxy: string;
  let windows: TestWindow[] = [];
  /** Length of sshd's log before the test. */
  let since = 0;
  let count = 0;

  before(async () => {
    [daemon, sshd, dir] = await Promise.all([testDaemon(), startSshd(), tempDir('env-')]);
    // A variable that only the daemon has.
    daemon.env['LC_CTYPE'] = 'C.UTF-8';
    greeter = await target((socket) => socket.end('welcome'));
    const script = await dir.write('nc.cjs', netcat);
    proxy = await dir.write(
      'proxy',
      `#!/bin/sh
cat /proc/$$/environ > '${dir.file('environ')}'
echo "$WORK_SITE" >> '${dir.file('sites')}'
exec '${process.execPath}' '${script}' "$@"
`,
      0o700,
    );
  });
  after(async () => {
    await greeter[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
    await dir.remove();
  });
  beforeEach(async () => {
    since = sshd.log().length;
    await dir.write('sites', '');
  });
  afterEach(async () => {
    await Promise.all(windows.map((window) => window.lease()));
    windows.forEach((window) => window.disconnect());
    windows = [];
  });

  async function open(env: NodeJS.ProcessEnv, where = daemon): Promise<TestWindow> {
    const ofDaemon = { XDG_RUNTIME_DIR: undefined, LC_CTYPE: undefined };
    const window = await TestWindow.open(where, sshd, {
      windowId: `window ${++count}`,
      env: { SHELL: '/bin/sh', ...ofDaemon, ...env },
    });
    windows.push(window);
    return window;
  }

  /** A file with these lines before those for the server. */
  async function config(...lines: readonly string[]): Promise<string> {
    const base = (await readFile(sshd.configFile, 'utf8')).replace(/^Host .*$/m, 'Host *');
    return dir.write(`config${++count}`, `${lines.join('\n')}\n${base}`);
  }

  function leaseEntry(sshConfigFile: string, id = 'user:t'): LeaseEntry {
    return {
      id,
      // Each id is a tunnel of its own.
      tunnel: { host: 'far', localForward: [`0:127.0.0.1:${greeter.port}`, `0:${id.slice(5)}.invalid:80`] },
      settings: { sshConfigFile },
    };
  }

  async function bringUp(window: TestWindow, sshConfigFile: string, id = 'user:t'): Promise<void> {
    await window.lease({ ...leaseEntry(sshConfigFile, id), want: false });
    await window.client.start(id);
    assert.equal((await exchange(window.port(0, id))).received.toString(), 'welcome');
  }

  async function failure(window: TestWindow, sshConfigFile: string, id?: string): Promise<TunnelError> {
    const error: unknown = await bringUp(window, sshConfigFile, id).catch((reason: unknown) => reason);
    assert.ok(error instanceof TunnelFailure, String(error));
    return error.error;
  }

  function logins(): number {
    return (
      sshd
        .log()
        .slice(since)
        .match(/Accepted publickey for/g)?.length ?? 0
    );
  }

  async function sites(): Promise<readonly string[]> {
    return (await readFile(dir.file('sites'), 'utf8')).split('\n').slice(0, -1);
  }

  it('provides the variables of ssh_config, even for another host, and the error names a missing one', async () => {
    // ssh itself reads no file in which the IdentityAgent of any host names an unset variable.
    const agent = await config('Host other', '  IdentityAgent ${XDG_RUNTIME_DIR}/agent', 'Host far');
    await bringUp(await open({ XDG_RUNTIME_DIR: dir.path }), agent);
    const error = await failure(await open({}), agent);
    assert.equal(error.code, 'InvalidDefinition');
    assert.match(messageOf(error), /line 2: the variable XDG_RUNTIME_DIR is not set/);
    assert.match(nextStepOf(error), /Set XDG_RUNTIME_DIR/);
  });

  it('provides the variables of an IdentityFile path', async () => {
    await dir.write('keys/id', '');
    await copyFile(sshd.clientKey, dir.file('keys/id'));
    const file = await config('Host far');
    const text = await readFile(file, 'utf8');
    await dir.write('work', text.replace(/^ *IdentityFile .*$/m, '  IdentityFile ${WORK_KEYS}/id'));
    await bringUp(await open({ WORK_KEYS: dir.file('keys') }), dir.file('work'));
    const error = await failure(await open({}), dir.file('work'));
    assert.equal(error.code, 'InvalidDefinition');
    assert.match(messageOf(error), /the variable "WORK_KEYS", which is not set/);
  });

  it('is visible to Match exec', async () => {
    const atOffice = await dir.write('at-office', '#!/bin/sh\n[ "$WORK_SITE$LC_CTYPE" = office ]\n', 0o700);
    const file = await config(
      `Match originalhost far exec ${atOffice}`,
      `  User ${sshd.user}`,
      'Host far',
      '  User nobody',
    );
    await bringUp(await open({ WORK_SITE: 'office' }), file);
    const error = await failure(await open({ WORK_SITE: 'home' }), file);
    assert.equal(error.code, 'AuthenticationFailed');
  });

  it('is visible to KnownHostsCommand', async () => {
    const known = await dir.write(
      'known',
      `#!/bin/sh\nif [ "$WORK_SITE$LC_CTYPE" = office ]; then cat '${sshd.knownHosts}'; fi\n`,
      0o700,
    );
    const file = await config('Host far', `  KnownHostsCommand ${known}`, '  UserKnownHostsFile /dev/null');
    await bringUp(await open({ WORK_SITE: 'office' }), file);
    assert.equal(
      (await failure(await open({ WORK_SITE: 'home' }), file, 'user:other')).code,
      'HostKeyUnknown',
    );
  });

  it("is fully visible to ProxyCommand, without the editor's or the daemon's variables", async () => {
    const window = await open({
      WORK_SITE: 'office',
      'BASH_FUNC_hop%%': '() {  echo hop; }',
      VSCODE_PID: '1',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: '--no-warnings',
    });
    await bringUp(window, await config('Host far', `  ProxyCommand ${proxy} %h %p`));
    const seen = new Map(
      (await readFile(dir.file('environ'), 'utf8'))
        .split('\0')
        .filter(Boolean)
        .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    );
    for (const name of [
      'VSCODE_PID',
      'ELECTRON_RUN_AS_NODE',
      'NODE_OPTIONS',
      'LC_CTYPE',
      'XDG_RUNTIME_DIR',
    ]) {
      assert.ok(!seen.has(name), name);
    }
    assert.equal(seen.get('WORK_SITE'), 'office');
    const entries = (all: Iterable<readonly [string, string | undefined]>): object =>
      Object.fromEntries([...all].filter(([name]) => !ofShell.has(name)));
    // A shell may drop names that it can't represent.
    seen.set('BASH_FUNC_hop%%', '() {  echo hop; }');
    assert.deepEqual(entries(seen), entries(Object.entries(leasedEnvironment(window.env))));
  });

  it('may be very large without keeping a tunnel down', async () => {
    const many = Array.from({ length: 128 }, (_, index) => [`WORK_${index}`, 'x'.repeat(1024)] as const);
    const huge = Array.from({ length: 9 }, (_, index) => [`HUGE_${index}`, 'x'.repeat(100_000)] as const);
    const tooLong = { TOO_LONG: 'x'.repeat(200_000) };
    const env = { ...Object.fromEntries(many), ...Object.fromEntries(huge), ...tooLong };
    await bringUp(await open(env), await config('Host far', `  ProxyCommand ${proxy} %h %p`));
    const seen = await readFile(dir.file('environ'), 'utf8');
    for (const [name] of many) {
      assert.ok(seen.includes(`\0${name}=`), name);
    }
    assert.ok(!seen.includes('TOO_LONG='));
  });

  it('is taken from the newest open window at a reconnect', async () => {
    const file = await config('Host far', `  ProxyCommand ${proxy} %h %p`);
    // What a window leaves behind lasts for a while.
    await using own = await testDaemon();
    const [first, second] = [
      await open({ WORK_SITE: 'first' }, own),
      await open({ WORK_SITE: 'second' }, own),
    ];
    const isBack = (window: TestWindow, times: number) => async (): Promise<boolean> =>
      window.state().status === 'up' && (await sites()).length === times;
    await step('the first window brings the tunnel up', async () => {
      await first.lease(leaseEntry(file));
      await eventually('up', isBack(first, 1));
    });
    await step('the second window joins it', async () => {
      await second.lease(leaseEntry(file));
      await second.untilStatus('up', 'user:t', longWaitMs);
      assert.equal(logins(), 1);
    });
    await step("a reconnect uses the second window's environment", async () => {
      sshd.dropSessions();
      await eventually('back', isBack(first, 2));
    });
    await step("a reconnect uses the first window's environment, once the second has closed", async () => {
      second.disconnect();
      windows = [first];
      // The daemon answers after it has seen the second window's end, which came earlier.
      await first.lease(leaseEntry(file));
      sshd.dropSessions();
      await eventually('back again', isBack(first, 3));
    });
    await step('a reconnect uses what the first window leased last', async () => {
      first.env = { ...first.env, WORK_SITE: 'changed' };
      await first.lease(leaseEntry(file));
      sshd.dropSessions();
      await eventually('back once more', isBack(first, 4));
    });
    assert.deepEqual(await sites(), ['first', 'second', 'first', 'changed']);
    first.disconnect();
    windows = [];
  });

  it('is that of the window where it is started or has changed last', async () => {
    const file = await config('Host far', `  ProxyCommand ${proxy} %h %p`);
    const [first, second] = [await open({ WORK_SITE: 'first' }), await open({ WORK_SITE: 'second' })];
    const isUp = (times: number) => async (): Promise<boolean> =>
      first.state().status === 'up' && (await sites()).length === times;
    await first.lease({ ...leaseEntry(file), want: false });
    await second.lease({ ...leaseEntry(file), want: false });
    await step("a start in the first window uses the first window's environment", async () => {
      await first.client.start('user:t');
      await eventually('up', isUp(1));
    });
    await step('a reconnect uses an environment that has changed since', async () => {
      second.env = { ...second.env, WORK_SITE: 'changed' };
      await second.lease(leaseEntry(file));
      sshd.dropSessions();
      await eventually('back again', isUp(2));
    });
    await step('a lease with the same environment changes nothing', async () => {
      await first.lease(leaseEntry(file));
      sshd.dropSessions();
      await eventually('back once more', isUp(3));
    });
    assert.deepEqual(await sites(), ['first', 'changed', 'changed']);
  });

  describe('decides about sharing: two windows', () => {
    const noise = (window: number): NodeJS.ProcessEnv => ({
      PWD: `/somewhere/${window}`,
      SHLVL: String(window),
      WINDOWID: String(window),
      TERM_SESSION_ID: String(window),
      VSCODE_PID: String(window),
      SSH_TTY: `/dev/pts/${window}`,
    });

    /** Opens two windows with a tunnel each to the same host. */
    async function loginsOf(file: string, one: NodeJS.ProcessEnv, other: NodeJS.ProcessEnv): Promise<number> {
      await bringUp(await open({ ...noise(1), ...one }), file, 'user:a');
      await bringUp(await open({ ...noise(2), ...other }), file, 'user:b');
      return logins();
    }

    it('share a session despite different variables when ssh_config runs no command', async () => {
      const file = await config('Host far');
      assert.equal(await loginsOf(file, { WORK_SITE: 'a', SSH_AUTH_SOCK: '/a' }, { WORK_SITE: 'b' }), 1);
    });

    it('use a session each with different agents', async () => {
      const file = await config('Host far', '  IdentityAgent SSH_AUTH_SOCK');
      const [a, b] = [dir.file('agent-a'), dir.file('agent-b')];
      assert.equal(await loginsOf(file, { SSH_AUTH_SOCK: a }, { SSH_AUTH_SOCK: b }), 2);
    });

    it('use a session each when a variable names another key file', async () => {
      const text = await readFile(await config('Host far'), 'utf8');
      const file = await dir.write(
        `config${++count}`,
        text.replace(/^ *IdentityFile .*$/m, '  IdentityFile ${WORK_KEYS}'),
      );
      await dir.write('other', '');
      await copyFile(sshd.clientKey, dir.file('other'));
      assert.equal(await loginsOf(file, { WORK_KEYS: sshd.clientKey }, { WORK_KEYS: dir.file('other') }), 2);
    });

    it('share a session with a ProxyCommand when only terminal variables differ', async () => {
      const file = await config('Host far', `  ProxyCommand ${proxy} %h %p`);
      assert.equal(await loginsOf(file, { CORP_PROXY: 'a' }, { CORP_PROXY: 'a' }), 1);
    });

    it('use a session each with a ProxyCommand and different variables', async () => {
      const file = await config('Host far', `  ProxyCommand ${proxy} %h %p`);
      assert.equal(await loginsOf(file, { AWS_PROFILE: 'a' }, { AWS_PROFILE: 'b' }), 2);
    });

    it('use a session each with a ProxyCommand and a different PATH', async () => {
      const file = await config('Host far', `  ProxyCommand ${proxy} %h %p`);
      const path = process.env['PATH'] ?? '';
      assert.equal(await loginsOf(file, {}, { PATH: `${dir.path}:${path}` }), 2);
    });

    it('use a session each with a KnownHostsCommand and different variables', async () => {
      const file = await config('Host far', `  KnownHostsCommand /bin/cat ${sshd.knownHosts}`);
      assert.equal(await loginsOf(file, { WORK_SITE: 'a' }, { WORK_SITE: 'b' }), 2);
    });

    it('use a tunnel each when a variable named in ProxyCommand differs', async () => {
      const file = await config('Host far', `  ProxyCommand ${proxy} %h %p # $CORP_PROXY`);
      const [first, second] = [await open({ CORP_PROXY: 'a' }), await open({ CORP_PROXY: 'b' })];
      await bringUp(first, file);
      await bringUp(second, file);
      assert.equal(logins(), 2);
      assert.notEqual(first.port(), second.port());
    });

    it("share a tunnel when the differing variable isn't named in ProxyCommand", async () => {
      const file = await config('Host far', `  ProxyCommand ${proxy} %h %p # $CORP_PROXY`);
      const [first, second] = [await open({ AWS_PROFILE: 'a' }), await open({ AWS_PROFILE: 'b' })];
      await bringUp(first, file);
      await bringUp(second, file);
      assert.equal(logins(), 1);
      assert.equal(first.port(), second.port());
    });

    it('share a tunnel despite different agents, as ssh does with a ControlPath', async () => {
      const file = await config('Host far');
      const [first, second] = [await open({ SSH_AUTH_SOCK: '/a' }), await open({ SSH_AUTH_SOCK: '/b' })];
      await bringUp(first, file);
      await bringUp(second, file);
      assert.equal(logins(), 1);
      assert.equal(first.port(), second.port());
    });
  });
});
