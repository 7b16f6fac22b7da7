// OpenSSH's regress/forward-control.sh: what a server's configuration and a key's options permit, for every kind of
// forward, and how we report refusals. The rows are lperm_tests, rperm_tests and the sanity check of the script,
// with further lists, Unix sockets and DisableForwarding; the tables of Y and N there are computed here.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import { TestWindow, testDaemon } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';
import { target } from '../../support/targetAndClient';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { EveryForward } from './everyForward';
import type { Attempt, ForwardName } from './everyForward';
import { restrictions } from './restrictions';
import type { Restriction } from './restrictions';
import { messageOf, nextStepOf } from '../../support/errorWords';

/** The result of a forward, and how a refusal must be reported. */
type Verdict = 'works' | 'disabled' | 'not permitted' | 'unusable';

interface Refusal {
  readonly code: string;
  /** What the message or the next step must name, besides the target or the listener. */
  readonly names: RegExp;
  /** The server's own words, and nothing else. */
  readonly detail: string;
}

const refusals: Readonly<Record<ForwardName, Readonly<Partial<Record<Verdict, Refusal>>>>> = {
  local: {
    'not permitted': {
      code: 'TargetNotPermitted',
      names: /AllowTcpForwarding.*DisableForwarding.*PermitOpen.*key/,
      detail: 'open failed',
    },
  },
  dynamic: {
    'not permitted': {
      code: 'TargetNotPermitted',
      names: /AllowTcpForwarding.*DisableForwarding.*PermitOpen.*key/,
      detail: 'open failed',
    },
  },
  localSocket: {
    unusable: {
      code: 'TargetUnreachable',
      names: /AllowStreamLocalForwarding, AllowTcpForwarding and PermitOpen/,
      detail: 'open failed',
    },
  },
  remote: {
    disabled: {
      code: 'ForwardingDisabled',
      names: /AllowTcpForwarding or DisableForwarding.*options of your key/,
      detail: 'Server has disabled port forwarding.',
    },
    'not permitted': {
      code: 'ForwardingDisabled',
      names: /PermitListen.*permitlisten/,
      detail: 'port forwarding refused',
    },
  },
  remoteSocket: {
    disabled: {
      code: 'ForwardingDisabled',
      names: /AllowStreamLocalForwarding or DisableForwarding.*options of your key/,
      detail: 'Server has disabled streamlocal forwarding.',
    },
    'not permitted': {
      code: 'ForwardingDisabled',
      names: /AllowTcpForwarding/,
      detail: 'port forwarding refused',
    },
  },
};

/** What AllowTcpForwarding and AllowStreamLocalForwarding permit. */
const allowances = {
  yes: { local: true, remote: true },
  local: { local: true, remote: false },
  remote: { local: false, remote: true },
  no: { local: false, remote: false },
} as const;
type Allowance = keyof typeof allowances;

interface Setup {
  readonly tcp?: Allowance;
  readonly sockets?: Allowance;
  readonly disabled?: boolean;
}

function expected(setup: Setup, restriction: Restriction): Readonly<Record<ForwardName, Verdict>> {
  const tcp = allowances[setup.tcp ?? 'yes'];
  const sockets = allowances[setup.sockets ?? 'yes'];
  const { opens = true, listens = true, forwards = true } = restriction;
  const alive = forwards && setup.disabled !== true;
  const local = alive && tcp.local && opens ? 'works' : 'not permitted';
  return {
    local,
    dynamic: local,
    remote: !alive || !tcp.remote ? 'disabled' : listens ? 'works' : 'not permitted',
    // Lists never contain sockets, so any list forbids them (open_match in channels.c).
    localSocket: alive && sockets.local && tcp.local && !hasTargets(restriction) ? 'works' : 'unusable',
    // Without AllowTcpForwarding OpenSSH opens no socket either (check_rfwd_permission in channels.c).
    remoteSocket: !alive || !sockets.remote ? 'disabled' : tcp.remote ? 'works' : 'not permitted',
  };
}

function hasTargets({ config = [], keyOptions = '' }: Restriction): boolean {
  return /PermitOpen (?!any)|permitopen=/.test([...config, keyOptions].join());
}

describe("OpenSSH's forward-control.sh with our tunnels:", () => {
  let daemon: TestDaemon;
  let everyForward: EveryForward;
  let window: TestWindow | undefined;
  /** The server of the rows before: rows that only differ in the key's options share it. */
  let running: { readonly config: string; readonly sshd: Sshd } | undefined;

  before(async () => {
    [daemon, everyForward] = await Promise.all([testDaemon(), EveryForward.open()]);
  });
  after(async () => {
    window?.disconnect();
    await daemon[Symbol.asyncDispose]();
    await running?.sshd.stop();
    await everyForward[Symbol.asyncDispose]();
  });

  function fillIn(text: string): string {
    return text
      .replaceAll('TARGET', String(everyForward.port))
      .replaceAll('LISTEN', String(everyForward.listenPort));
  }

  async function serverWith(config: readonly string[]): Promise<Sshd> {
    const text = config.join('\n');
    if (running?.config !== text) {
      await running?.sshd.stop();
      running = { config: text, sshd: await startSshd({ config }) };
    }
    return running.sshd;
  }

  function judge({ forwardName, where, error, reply }: Attempt, verdict: Verdict, log: string): void {
    const report = `${forwardName}: ${JSON.stringify(error)}\n${log}`;
    if (forwardName === 'dynamic') {
      // RFC 1928 §6: succeeded, or not allowed by ruleset.
      assert.equal(reply, verdict === 'works' ? 0 : 2, report);
    }
    if (verdict === 'works') {
      assert.equal(error, undefined, report);
      return;
    }
    const refusal = refusals[forwardName][verdict];
    assert.ok(refusal && error, report);
    assert.equal(error.code, refusal.code, report);
    // If a whole kind of forward is disabled, that is named, not a single address.
    const mustName = verdict === 'disabled' ? '127.0.0.1' : where;
    assert.ok(messageOf(error).includes(mustName), report);
    assert.match(`${messageOf(error)} ${nextStepOf(error)}`, refusal.names, report);
    assert.equal(error.detail, refusal.detail, report);
  }

  function check(setup: Setup, lines: readonly string[], restriction: Restriction): void {
    it(`forwards what the server permits: ${[...lines, restriction.title].join(', ')}`, async () => {
      const sshd = await serverWith([...lines, ...(restriction.config ?? [])].map(fillIn));
      window ??= await TestWindow.open(daemon, sshd);
      const attempts = await everyForward.try(window, sshd, fillIn(restriction.keyOptions ?? ''));
      const verdicts = expected(setup, restriction);
      assert.equal(attempts.length, Object.keys(verdicts).length);
      for (const attempt of attempts) {
        judge(attempt, verdicts[attempt.forwardName], sshd.log().slice(-1500));
      }
    });
  }

  it('lets every forward work without restrictions', async () => {
    const sshd = await serverWith([]);
    window ??= await TestWindow.open(daemon, sshd);
    const attempts = await everyForward.try(window, sshd);
    assert.deepEqual(
      attempts.map(({ error }) => error),
      attempts.map(() => undefined),
    );
  });

  it("doesn't mistake a message at the login for the reason why a forward fails", async () => {
    await using taken = await target((socket) => socket.end());
    await using sshd = await startSshd();
    // OpenSSH says of the first: "Your address '127.0.0.1' is not permitted to use this key for login."
    const key = await readFile(`${sshd.clientKey}.pub`, 'utf8');
    await writeFile(sshd.authorizedKeys, `from="192.0.2.1" ${key}${key}`);
    const other = await TestWindow.open(daemon, sshd, 'other');
    await other.bringUp({
      host: 'test-sshd',
      remoteForward: `127.0.0.1:${taken.port}:127.0.0.1:${everyForward.port}`,
    });
    const [forward] = other.forwards();
    assert.ok(forward?.status === 'failed');
    assert.equal(forward.error.code, 'RemoteListenRefused');
    assert.ok(messageOf(forward.error).includes(`127.0.0.1:${taken.port}`), messageOf(forward.error));
    assert.doesNotMatch(forward.error.detail ?? '', /authorized_keys/);
    await other.client.stop('user:t');
    other.disconnect();
  });

  const values = Object.keys(allowances) as Allowance[];
  for (const tcp of values) {
    for (const restriction of restrictions) {
      check({ tcp }, [`AllowTcpForwarding ${tcp}`], restriction);
    }
  }

  const forSockets = [
    'no restriction',
    'no-port-forwarding',
    'restrict,port-forwarding',
    'PermitListen none',
  ];
  for (const sockets of values) {
    for (const restriction of restrictions.filter(({ title }) => forSockets.includes(title))) {
      check({ sockets }, [`AllowStreamLocalForwarding ${sockets}`], restriction);
    }
    check({ tcp: 'no', sockets }, ['AllowTcpForwarding no', `AllowStreamLocalForwarding ${sockets}`], {
      title: 'no restriction',
    });
  }

  const forDisabled = ['no restriction', 'PermitOpen any', 'PermitListen any', 'restrict,port-forwarding'];
  for (const restriction of restrictions.filter(({ title }) => forDisabled.includes(title))) {
    const lines = ['DisableForwarding yes', 'AllowTcpForwarding yes', 'AllowStreamLocalForwarding yes'];
    check({ disabled: true }, lines, restriction);
  }
});
