// The prompts of tunnels: what is shown, and who sees the answer.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'mocha';
import type { Prompts } from '../../../../src/extension/ui/prompts';
import type * as prompts from '../../../../src/extension/ui/prompts';
import { addressInUse } from '../../../../src/tunnels/errors/forwards/addressInUse';
import type { Question, SecretQuestion } from '../../../../src/tunnels/model/prompt';
import { setAnswer, takeShown, withFakeVscode } from '../../../support/fakeVscode';

const hostKey: Question = {
  kind: 'hostKey',
  who: 'me@db.example.org:22',
  host: 'db.example.org',
  address: '192.0.2.7',
  key: { type: 'ssh-ed25519', fingerprint: 'SHA256:abc' },
};
const password: Question = { kind: 'password', who: 'me@db:22', hostKey: 'SHA256:abc', attempt: 1 };
const passphrase: Question = {
  kind: 'passphrase',
  who: 'me@db:22',
  keyFile: '/home/me/.ssh/id_ed25519',
  keyFingerprint: 'SHA256:abc',
  attempt: 1,
};
const code: Question = {
  kind: 'code',
  who: 'me@db:22',
  instruction: 'Second factor',
  prompt: 'Code {1}:',
  echo: false,
};
const address = { host: '127.0.0.1', port: 8080 };
const port: Question = {
  kind: 'port',
  forward: 'Web',
  port: 8080,
  error: addressInUse(address, undefined),
  free: 8081,
};
const { signal } = new AbortController();

describe('a prompt of a tunnel', () => {
  let module: typeof prompts;
  let window: Prompts;
  /** The questions whose answers could be saved. */
  let remembered: SecretQuestion[];

  before(async () => {
    module = await withFakeVscode(() => import('../../../../src/extension/ui/prompts'));
  });

  beforeEach(() => {
    takeShown();
    remembered = [];
    window = new module.Prompts({
      ask: (question, _signal, prompt) => {
        remembered.push(question);
        return prompt({ canSave: true, wasRemoved: false });
      },
    });
  });

  it("for a passphrase names the command for macOS's keychain, on macOS, the first time", async () => {
    const textOn = async (platform: NodeJS.Platform, question: Question): Promise<string> => {
      takeShown();
      const prompts = new module.Prompts(
        { ask: (_question, _signal, prompt) => prompt({ canSave: true, wasRemoved: false }) },
        platform,
      );
      await prompts.ask(question, signal);
      return JSON.stringify(takeShown());
    };
    assert.match(await textOn('darwin', passphrase), /save it after .*ssh-add --apple-load-keychain/);
    assert.doesNotMatch(await textOn('linux', passphrase), /keychain/);
    assert.doesNotMatch(await textOn('darwin', password), /keychain/);
    const again = { ...passphrase, again: { attempt: 2, of: 3 } } as Question;
    assert.doesNotMatch(await textOn('darwin', again), /keychain/);
  });

  const shown: readonly (readonly [title: string, question: Question, texts: RegExp])[] = [
    [
      'for a host key names the host, its address and the fingerprint',
      hostKey,
      /^showWarningMessage.*"db\.example\.org:22 has an unknown host key.*"detail":"db\.example\.org:22 as me.*192\.0\.2\.7.*ssh-ed25519.*SHA256:abc/,
    ],
    [
      'for a host key says what ssh would also check',
      { ...hostKey, authority: { file: '/etc/ssh/ssh_known_hosts', line: 3 }, dns: true },
      /^showWarningMessage.*SHA256:abc.*\/etc\/ssh\/ssh_known_hosts, line 3, has a certificate authority.*VerifyHostKeyDNS is not used/,
    ],
    [
      'for a password names the host first, then the user',
      password,
      /^showInputBox.*"title":"db:22: password for me","prompt":"db:22 as me\. You can save it/,
    ],
    [
      "for a code shows the server's words as they are, in quotes and after the host",
      code,
      /^showInputBox.*"title":"db:22 asks me","prompt":"db:22 as me\. The server asks: “Second factor Code \{1\}:”"/,
    ],
    [
      'after a wrong password counts the attempts',
      { ...password, attempt: 2, again: { attempt: 2, of: 3 } },
      /"prompt":"db:22 as me\. Wrong password\. Attempt 2 of 3\."/,
    ],
    [
      'after a wrong passphrase counts the attempts',
      { ...passphrase, attempt: 3, again: { attempt: 3, of: 3 } },
      /"prompt":"db:22 as me\. Wrong passphrase\. Attempt 3 of 3\."/,
    ],
    [
      'after a wrong code counts the attempts',
      { ...code, again: { attempt: 2, of: 3 } },
      /"prompt":"db:22 as me\. Not accepted\. Attempt 2 of 3\. The server asks: “Second factor/,
    ],
    [
      'for a port says why the port is not free',
      port,
      /^showQuickPick.*"Use 8081 Once".*Port 8080 on this machine is used by another program/,
    ],
  ];
  for (const [title, question, texts] of shown) {
    it(title, async () => {
      assert.equal(await window.ask(question, signal), undefined);
      const [call, ...others] = takeShown();
      assert.match(JSON.stringify([call?.name, call?.args]).slice(2), texts);
      assert.deepEqual(others, []);
      const canBeSaved = question.kind === 'password' || question.kind === 'passphrase';
      assert.deepEqual(remembered, canBeSaved ? [question] : []);
    });
  }

  describe('names the host first, whatever the server or the user is called', () => {
    const host = `prod.bank.example.${'a'.repeat(63)}.${'b'.repeat(150)}.evil.example`;
    const servers = [
      ['db.example.org:22', 'db.example.org:22'],
      [`${host}:2222`, `${host}:2222`],
      ['[2001:db8::1]:22', '[2001:db8::1]:22'],
      ['ɡithub.com:22', 'xn--ithub-qmc.com:22 (ɡithub.com)'],
    ] as const;
    const users = ['me', 'prod.bank.example', 'me@prod.bank.example:22', 'x'.repeat(255)];
    const words = [
      'Password:',
      '',
      '” prod.bank.example:22 as root. Password for root',
      `${'\n'.repeat(500)}prod.bank.example:22 as me. The server asks: “Code`,
      `\u202e${'x '.repeat(5000)}`,
      '\u001b[2J\u001b]0;prod.bank.example\u0007[x](command:x)',
    ];
    for (const [server, shownServer] of servers) {
      it(`for ${server.slice(0, 20)}`, async () => {
        for (const user of users) {
          const begin = `${shownServer} as ${user}`;
          const who = `${user}@${server}`;
          for (const [instruction, prompt] of words.flatMap(
            (one) =>
              [
                [one, 'Code:'],
                ['', one],
              ] as const,
          )) {
            await window.ask({ ...code, who, instruction, prompt }, signal);
            const { title, prompt: text } = inputOf(takeShown());
            assert.ok(text.startsWith(`${begin}. The server asks: “`), text);
            // The server's words can't end the quotes around them.
            assert.match(text.slice(begin.length), /^[^“”]*“[^“”]*(”|…)$/);
            assert.ok(title.includes(`${shownServer.slice(-40)} asks ${user.slice(0, 20)}`), title);
          }
          await window.ask({ ...password, who }, signal);
          const asked = inputOf(takeShown());
          assert.ok(asked.prompt.startsWith(`${begin}. `));
          const end = shownServer.slice(-40);
          assert.ok(asked.title.includes(`${end}: password for `), asked.title);
          await window.ask({ ...hostKey, who }, signal);
          const [, options] = takeShown()[0]?.args as [string, { readonly detail: string }];
          assert.ok(options.detail.startsWith(`${begin}\n`), options.detail);
        }
      });
    }

    function inputOf(calls: ReturnType<typeof takeShown>): {
      readonly title: string;
      readonly prompt: string;
    } {
      return calls[0]?.args[0] as { readonly title: string; readonly prompt: string };
    }
  });

  it('for a host key copies the fingerprint on Enter, and asks again', async () => {
    const pressed = [0, 1];
    setAnswer(({ name, args }) =>
      name === 'showWarningMessage' ? args[2 + (pressed.shift() ?? 0)] : undefined,
    );
    try {
      assert.equal(await window.ask(hostKey, signal), 'yes');
    } finally {
      setAnswer(undefined);
    }
    const [first, copied, second, ...others] = takeShown();
    assert.deepEqual(copied, { name: 'writeText', args: ['SHA256:abc'] });
    assert.deepEqual(second, first);
    assert.deepEqual(others, []);
  });

  it('is shown once when two tunnels ask the same', async () => {
    await Promise.all([window.ask(hostKey, signal), window.ask(hostKey, signal)]);
    assert.equal(takeShown().length, 1);
  });

  it('is not shown when it was withdrawn while another was open', async () => {
    const withdrawn = new AbortController();
    const answers = Promise.all([window.ask(hostKey, signal), window.ask(password, withdrawn.signal)]);
    withdrawn.abort();
    assert.deepEqual(await answers, [undefined, undefined]);
    assert.equal(takeShown().length, 1);
  });
});
