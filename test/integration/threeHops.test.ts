// On every hop: no credentials are offered before its host key is checked, prompts name the hop, and a stop meanwhile
// leaves nothing behind.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { errorOf } from '../../src/tunnels/model/state';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { target } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { messageOf } from '../support/errorWords';

/** What a server logs when any credentials are offered. */
const anyOffer = /userauth-request|Accepted|Failed|Postponed/;

describe('a connection over three hops', () => {
  let daemon: TestDaemon;
  let hops: readonly [Sshd, Sshd, Sshd];
  let echo: TargetServer;
  let window: TestWindow;
  let sshConfigFile: string;
  let good: string;

  before(async () => {
    const start = (): Promise<Sshd> => startSshd({ logLevel: 'DEBUG1' });
    [daemon, ...hops] = await Promise.all([testDaemon(), start(), start(), start()]);
    echo = await target((socket) => socket.pipe(socket));
    sshConfigFile = `${hops[0].dir}/three`;
    good = `${hops[0].dir}/all_known`;
    const names = ['first', 'second', 'third'];
    const blocks = hops.map((hop, n) =>
      [
        `Host ${names[n] ?? ''}`,
        '  HostName 127.0.0.1',
        `  Port ${hop.port}`,
        `  IdentityFile ${hop.clientKey}`,
        n > 0 ? `  ProxyJump ${names[n - 1] ?? ''}` : '',
      ].join('\n'),
    );
    const rest = [
      'IdentitiesOnly yes',
      'IdentityAgent none',
      'GlobalKnownHostsFile /dev/null',
      'UpdateHostKeys no',
    ];
    await writeFile(
      sshConfigFile,
      [...blocks, 'Host *', ...rest, `UserKnownHostsFile ${good}`, 'StrictHostKeyChecking ask', ''].join(
        '\n',
      ),
    );
  });
  after(async () => {
    await echo[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
    await Promise.all(hops.map((hop) => hop.stop()));
  });
  beforeEach(async () => {
    window = await TestWindow.open(daemon, hops[0]);
    await Promise.all(hops.map((hop) => hop.restart()));
  });
  afterEach(async () => {
    await window.lease();
    window.disconnect();
  });

  /** These hops are known; the others have the given hop's key instead, or none. */
  async function know(
    known: readonly number[],
    wrong: readonly (readonly [hop: number, keyOf: number])[] = [],
  ) {
    const line = (hop: number, keyOf = hop): string =>
      `[127.0.0.1]:${hops[hop]?.port ?? 0} ${hops[keyOf]?.hostKeyLines[0] ?? ''}\n`;
    await writeFile(good, [...known.map((hop) => line(hop)), ...wrong.map((pair) => line(...pair))].join(''));
    const tunnel = { host: 'third', localForward: `0:127.0.0.1:${echo.port}` };
    await window.lease({ id: 'user:t', tunnel, want: false, settings: { sshConfigFile } });
  }

  function offersSince(hop: number): boolean {
    const log = hops[hop]?.log() ?? '';
    return anyOffer.test(log.slice(log.lastIndexOf('Server listening on')));
  }

  async function connectionsAreGone(): Promise<void> {
    await eventually('no session is left', () => hops.every((hop) => hop.sessionPids().length === 0));
    assert.deepEqual(
      hops.map((hop) => hop.sessionPids()),
      [[], [], []],
    );
  }

  it('comes up, and leaves no connection open when it stops', async () => {
    await know([0, 1, 2]);
    await window.client.start('user:t');
    assert.deepEqual([0, 1, 2].map(offersSince), [true, true, true]);
    await window.client.stop('user:t');
    await connectionsAreGone();
  });

  for (const hop of [0, 1, 2]) {
    it(`offers no credentials to hop ${hop + 1} or beyond when that hop's host key has changed`, async () => {
      const others = [0, 1, 2].filter((other) => other !== hop);
      await know(others, [[hop, (hop + 1) % 3]]);
      await assert.rejects(
        window.client.start('user:t'),
        (error) => error instanceof TunnelFailure && error.error.code === 'HostKeyChanged',
      );
      assert.match(messageOf(errorOf(window.state())), new RegExp(`:${hops[hop]?.port ?? 0}\\b`));
      await connectionsAreGone();
      assert.deepEqual([0, 1, 2].map(offersSince), [hop > 0, hop > 1, false]);
    });
  }

  it("asks about each hop's unknown host key by name, one after the other", async () => {
    await know([]);
    window.answer = () => 'yes';
    await window.client.start('user:t');
    assert.deepEqual(
      window.questions.map((question) => question.kind === 'hostKey' && question.host),
      hops.map(({ port }) => `[127.0.0.1]:${port}`),
    );
  });

  it("closes the connection to the first hop when it is stopped during the second hop's prompt", async () => {
    await know([0, 2]);
    window.answer = () => new Promise(() => undefined);
    const started = window.client.start('user:t');
    await window.until(() => window.questions.length === 1, 'asked');
    const state = window.state();
    assert.ok(state.status === 'connecting' && state.hop === 1 && state.phase === 'hostKey' && state.asking);
    await Promise.all([assert.rejects(started), window.client.stop('user:t')]);
    await connectionsAreGone();
  });
});
