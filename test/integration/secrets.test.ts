// Real logins with known secrets, right and wrong: afterwards none of them is anywhere it doesn't belong. Not in the
// log, not in what the daemon sends to windows, not in a file of ours, a command line or a variable. The same for a
// window's environment, which only the programs of ssh_config get.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { leasedEnvironment } from '../../src/tunnels/daemon/protocol/leasedEnvironment';
import { endpointFilePath } from '../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../src/tunnels/daemon/endpoint/endpointFolder';
import { errorWords, explain, TunnelFailure } from '../../src/tunnels/errors/errors';
import { english } from '../../src/tunnels/util/l10n';
import type { Question } from '../../src/tunnels/model/prompt';
import { listenIn } from '../support/eavesdropper';
import type { Eavesdropper } from '../support/eavesdropper';
import { fakeSshServer } from '../support/fakeSshServer';
import type { FakeSshServer } from '../support/fakeSshServer';
import { define, TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { makeKeyPair } from '../support/keyPair';
import { keygen } from '../support/login';
import { descendants } from '../support/processTree';
import { foundEncodings, encodingsOf } from '../support/secretEncodings';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { endpointFileOf } from '../support/rawConnection';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { temporaryUser } from '../support/temporaryUser';
import type { TemporaryUser } from '../support/temporaryUser';

/** With characters that each encoding changes. */
function newSecret(what: string): string {
  return `${what} "q\\ %41&é+ <${randomBytes(6).toString('hex')}>`;
}

/** Records its arguments and variables, and becomes the program. */
function recorder(notes: string, program: string): string {
  return `#!/bin/sh
cat /proc/$$/cmdline /proc/$$/environ >> '${notes}'
exec ${program} "$@"
`;
}

/** Connects its standard streams to a port. */
const netcat = `
const socket = require('node:net').connect(Number(process.argv[3]), process.argv[2]);
process.stdin.pipe(socket).pipe(process.stdout);
`;

describe('a secret', () => {
  const secrets = {
    password: newSecret('password'),
    wrongPassword: newSecret('no password'),
    passphrase: newSecret('passphrase'),
    wrongPassphrase: newSecret('no passphrase'),
    code: newSecret('code'),
    shownCode: newSecret('shown code'),
    wrongCode: newSecret('no code'),
  };
  /** A variable of the window. */
  const variable = newSecret('variable');
  let dir: TempDir;
  let user: TemporaryUser;
  let sshd: Sshd;
  let fake: FakeSshServer;
  let daemon: TestDaemon;
  let wire: Eavesdropper;
  let window: TestWindow;
  let notes: string;
  let sampling: NodeJS.Timeout;
  /** The key's private part, as in its file and without a passphrase. */
  const keyMaterial: (string | Buffer)[] = [];
  const processes = new Set<string>();
  const explanations: string[] = [];
  /** Whether the fake server accepts passwords, and requires a new one. */
  let expires = false;

  before(async () => {
    dir = await tempDir('sec-');
    user = temporaryUser(secrets.password);
    sshd = await startSshd({
      config: ['PasswordAuthentication yes', 'MaxAuthTries 10'],
      clientConfig: [`User ${user.name}`],
    });
    // sshd reads the test user's keys there.
    chmodSync(sshd.dir, 0o755);
    chmodSync(sshd.authorizedKeys, 0o644);
    await makeFiles();
    fake = await fakeSshServer(dir, (context) => {
      if (expires && context.method === 'password') {
        context.requestChange('Your password has expired.', () => undefined);
        return;
      }
      if (expires) {
        context.reject(['password']);
        return;
      }
      if (context.method !== 'keyboard-interactive') {
        context.reject(['keyboard-interactive']);
        return;
      }
      const prompts = [
        { prompt: 'Code: ', echo: false },
        { prompt: 'Shown code: ', echo: true },
      ];
      context.prompt(prompts, 'Two codes', 'Look at your token.', (answers) => {
        if (answers[0] === secrets.code && answers[1] === secrets.shownCode) {
          context.accept();
        } else {
          context.reject(['keyboard-interactive']);
        }
      });
    });
    daemon = await testDaemon();
    const first = await TestWindow.open(daemon, sshd, 'first');
    wire = await listenIn(daemon);
    window = await TestWindow.open(wire, sshd);
    await window.client.setLogThresholds({ all: 'trace', tunnels: {} });
    assert.equal(window.client.daemonPid, first.client.daemonPid);
    first.disconnect();
    window.env = {
      ...process.env,
      PATH: `${dir.path}/bin:${process.env['PATH'] ?? ''}`,
      SHELL: '/bin/sh',
      WORK_TOKEN: variable,
    };
    sampling = setInterval(lookAtProcesses, 100);
  });
  after(async () => {
    clearInterval(sampling);
    await window.lease();
    window.disconnect();
    await wire[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
    await fake[Symbol.asyncDispose]();
    await sshd.stop();
    user[Symbol.dispose]();
    await dir.remove();
  });

  async function makeFiles(): Promise<void> {
    const key = await makeKeyPair(dir, 'key', 'ed25519');
    await appendFile(sshd.authorizedKeys, `${key.line}\n`);
    const plain = await readFile(key.path, 'utf8');
    await keygen('-p', '-a', '4', '-P', '', '-N', secrets.passphrase, '-f', key.path);
    const lines = [plain, await readFile(key.path, 'utf8')].flatMap((text) => text.split('\n').slice(2, -2));
    // ed25519: the seed is before the public key, at the end (PROTOCOL.key).
    const decoded = Buffer.from(plain.replace(/^-.*$/gm, ''), 'base64');
    const publicKey = Buffer.from(key.line.split(' ')[1] ?? '', 'base64').subarray(-32);
    const seed = decoded.subarray(decoded.lastIndexOf(publicKey) - 32, decoded.lastIndexOf(publicKey));
    assert.equal(seed.length, 32);
    keyMaterial.push(...lines, seed);
    // An unreadable key with the same body.
    const broken = plain.split('\n').toSpliced(2, 0, 'b3Blb').join('\n');
    const brokenKey = await dir.write('broken', broken);
    notes = await dir.write('notes', '');
    const proxy = await dir.write(
      'proxy',
      recorder(notes, `${process.execPath} ${await dir.write('nc.cjs', netcat)}`),
      0o700,
    );
    await dir.write('bin/ssh', recorder(notes, '/usr/bin/ssh'), 0o700);
    const known = await dir.write('known', recorder(notes, `/bin/cat ${sshd.knownHosts} #`), 0o700);
    const base = (await readFile(sshd.configFile, 'utf8')).replace(/^Host .*$/m, 'Host *\n  LogLevel DEBUG3');
    const byKey = (path: string): string => `  IdentityFile ${path}\n  IdentitiesOnly yes\n`;
    const byPassword = '  PreferredAuthentications password\n  IdentityFile none\n';
    await dir.write(
      'config',
      [
        `Host key\n${byKey(key.path)}  PreferredAuthentications publickey\n`,
        `Host broken\n${byKey(brokenKey)}  PreferredAuthentications publickey\n`,
        `Host password\n${byPassword}`,
        `Host proxied\n${byPassword}  ProxyCommand ${proxy} %h %p\n  KnownHostsCommand ${known} %H\n`,
        `Host noted\n${byPassword}  ProxyCommand ${proxy} %h %p # $WORK_TOKEN\n`,
        `Host failing\n${byPassword}  ProxyCommand false $WORK_TOKEN\n`,
        `Host unknown\n${byPassword}  KnownHostsCommand /bin/false \${WORK_TOKEN}\n`,
        `Host missing\n${byPassword}  KnownHostsCommand \${WORK_TOKEN}/known\n  UserKnownHostsFile /dev/null\n`,
        base.replace(/^ *IdentityFile .*\n/m, ''),
      ].join(''),
    );
  }

  function lookAtProcesses(): void {
    for (const pid of [window.client.daemonPid, ...descendants(window.client.daemonPid)]) {
      processes.add(processFacts(pid));
    }
  }

  function processFacts(pid: number): string {
    try {
      return ['cmdline', 'environ', 'comm']
        .map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8'))
        .join('\n');
    } catch {
      // It ended meanwhile.
      return '';
    }
  }

  /** Logs in with these answers, or fails to, and stops the tunnel. */
  async function logIn(
    host: string,
    answer: (question: Question) => string | undefined,
    saved?: string,
    configFile = dir.file('config'),
  ): Promise<string> {
    window.answer = answer;
    window.recall = ({ attempt }) => (attempt === 1 ? saved : undefined);
    const tunnel = { host, localForward: '0:127.0.0.1:9', reconnect: false };
    await window.lease({ id: 'user:t', tunnel, want: false, settings: { sshConfigFile: configFile } });
    await window.client.start('user:t').catch(() => undefined);
    lookAtProcesses();
    const state = window.state();
    if ('error' in state) {
      explanations.push(
        JSON.stringify([
          state,
          errorWords(state.error, english),
          explain(state.error, { platform: 'linux', destination: { host } }, english),
        ]),
      );
    }
    await window.client.stop('user:t');
    return 'error' in state ? state.error.code : state.status;
  }

  /** Answers wrong at the first attempt. */
  function second(wrong: string, right: string) {
    return (question: Question): string => ('attempt' in question && question.attempt > 1 ? right : wrong);
  }

  it('is used by every login method of this test', async () => {
    const { password, wrongPassword, passphrase, wrongPassphrase, code, shownCode, wrongCode } = secrets;
    const codes = (question: Question): string | undefined =>
      question.kind === 'code' ? (question.echo ? shownCode : code) : undefined;
    assert.equal(await logIn('password', second(wrongPassword, password)), 'up');
    assert.equal(await logIn('password', () => wrongPassword), 'AuthenticationFailed');
    assert.equal(await logIn('password', () => undefined, password), 'up');
    assert.equal(await logIn('password', () => undefined, wrongPassword), 'AuthenticationCancelled');
    assert.equal(await logIn('proxied', second(wrongPassword, password)), 'up');
    assert.equal(await logIn('key', second(wrongPassphrase, passphrase)), 'up');
    assert.equal(await logIn('key', () => wrongPassphrase), 'AuthenticationFailed');
    assert.equal(await logIn('key', () => undefined, passphrase), 'up');
    assert.notEqual(await logIn('broken', () => undefined), 'up');
    assert.equal(await logIn('test-sshd', codes, undefined, fake.configFile), 'up');
    assert.equal(
      await logIn('test-sshd', () => wrongCode, undefined, fake.configFile),
      'AuthenticationFailed',
    );
    expires = true;
    assert.equal(await logIn('test-sshd', () => password, undefined, fake.configFile), 'LoginRefused');
    assert.match(explanations.at(-1) ?? '', /expired/);
  });

  it("in a window's environment is used by every program of this test", async () => {
    const { password } = secrets;
    assert.equal(await logIn('noted', () => password), 'up');
    assert.equal(await logIn('failing', () => password), 'ProxyFailed');
    assert.equal(await logIn('unknown', () => password), 'HostKeyUnknown');
    assert.equal(await logIn('missing', () => password), 'HostKeyUnknown');
    for (const host of ['noted', 'unknown']) {
      const facts = await window.client.resolve({
        definition: define({ host, localForward: '0:127.0.0.1:9' }),
        settings: { sshConfigFile: dir.file('config'), reconnectMaxDelay: 30 },
        env: leasedEnvironment(window.env),
      });
      explanations.push(JSON.stringify(facts));
    }
  });

  it("in a window's environment is refused with what no program can be started with", async () => {
    const refused = window.client.setLease({ env: { WORK_TOKEN: `${variable}\0` }, tunnels: [] });
    await assert.rejects(refused, (error) => {
      assert.ok(error instanceof TunnelFailure);
      explanations.push(JSON.stringify(error.error));
      return error.error.detail?.includes('not a text without a zero byte') === true;
    });
  });

  /** Everything that was sent and written meanwhile, by its source. */
  function sources(): ReadonlyMap<string, Buffer> {
    const found = new Map<string, Buffer>([
      ['what the daemon sent to the window', wire.toWindow()],
      ['the log of the window', Buffer.from(window.log.join('\n'))],
      ['the questions', Buffer.from(JSON.stringify(window.questions))],
      ['the explanations', Buffer.from(explanations.join('\n'))],
      ['what programs were given', readFileSync(notes)],
      ['the processes', Buffer.from([...processes].join('\n'))],
      ['known_hosts', readFileSync(sshd.knownHosts)],
    ]);
    const folder = endpointFolder(daemon.env);
    for (const name of readdirSync(folder)) {
      if (name.endsWith('.json') || name.startsWith('daemon.log')) {
        found.set(name, readFileSync(join(folder, name)));
      }
    }
    return found;
  }

  it('would be found by the search', () => {
    const all = sources();
    assert.ok(all.size >= 9, [...all.keys()].join());
    for (const [name, text] of all) {
      assert.ok(text.length > 50, `${name} is as good as empty`);
    }
    for (const [name, words] of [
      ['what the daemon sent to the window', [user.name, 'AuthenticationFailed', 'judged']],
      ['the log of the window', [user.name, 'Server version', 'refuses the password']],
      ['daemon.log', [user.name, 'AuthenticationFailed']],
      ['what programs were given', ['-G', '127.0.0.1', `${dir.path}/bin:`]],
      ['the processes', ['tunnelDaemon.js', 'nc.cjs', `${dir.path}/bin:`]],
    ] as const) {
      for (const word of words) {
        assert.ok(all.get(name)?.includes(word), `${name} has no ${word}`);
      }
    }
    // Answers and variables belong in what windows send; variables also in what programs get.
    for (const text of [wire.toDaemon(), readFileSync(notes)]) {
      assert.ok(foundEncodings(text, variable).length > 0);
    }
    const { wrongCode, ...others } = secrets;
    for (const secret of [wrongCode, ...Object.values(others)]) {
      assert.ok(foundEncodings(wire.toDaemon(), secret).length > 0);
    }
    for (const secret of [...Object.values(secrets), ...keyMaterial]) {
      for (const [way, spelling] of encodingsOf(secret)) {
        const text = Buffer.concat([Buffer.from('x'), spelling, Buffer.from('x')]);
        assert.ok(foundEncodings(text, secret).includes(way), way);
      }
      for (const before of ['', 'a', 'ab']) {
        const text = Buffer.concat([Buffer.from(before), Buffer.from(secret), Buffer.from('more')]);
        assert.equal(foundEncodings(Buffer.from(text.toString('base64')), secret).length > 0, true);
      }
    }
  });

  it("isn't found in any message, log, file, process or program input", () => {
    for (const [name, text] of sources()) {
      for (const secret of [...Object.values(secrets), ...keyMaterial]) {
        assert.deepEqual(foundEncodings(text, secret), [], `${name}: ${String(secret)}`);
      }
    }
  });

  it("in a window's environment is found only in the programs that ssh_config starts", () => {
    // A command that names it has it among its arguments.
    const given = ['what programs were given', 'the processes'];
    const elsewhere = [...sources()].filter(([name]) => !given.includes(name));
    const ofDaemon = Buffer.from(processFacts(window.client.daemonPid));
    assert.ok(ofDaemon.includes('tunnelDaemon.js'));
    for (const [name, text] of [...elsewhere, ['the process of the daemon', ofDaemon] as const]) {
      assert.deepEqual(foundEncodings(text, variable), [], name);
    }
  });

  it('of the daemon is only in the endpoint file', () => {
    const { secret } = endpointFileOf(daemon);
    const own = basename(endpointFilePath(endpointFolder(daemon.env)));
    const elsewhere = [...sources()].filter(([name]) => name !== own);
    for (const [name, text] of [...elsewhere, ['what the window said', wire.toDaemon()] as const]) {
      for (const one of [secret, Buffer.from(secret, 'hex')]) {
        assert.deepEqual(foundEncodings(text, one), [], name);
      }
    }
    const commandLines = readdirSync('/proc')
      .filter((pid) => /^\d+$/.test(pid))
      .map((pid) => processFacts(Number(pid)));
    assert.ok(commandLines.some((line) => line.includes('tunnelDaemon.js')));
    assert.ok(!commandLines.some((line) => line.includes(secret)));
  });

  it("isn't passed on to programs, and neither is ELECTRON_RUN_AS_NODE", () => {
    assert.doesNotMatch(readFileSync(notes, 'latin1'), /ELECTRON_RUN_AS_NODE/);
  });
});
