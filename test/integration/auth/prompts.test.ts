// Prompts by keyboard-interactive and password. The server is a fake (ssh2's own), because OpenSSH's would need PAM
// modules that Debian doesn't install.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { AuthContext, KeyboardAuthContext } from 'ssh2';
import { asksForPassword } from '../../../src/tunnels/ssh/auth/keyboardInteractive';
import { fakeSshServer } from '../../support/fakeSshServer';
import { logIn } from '../../support/login';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';

type Round = readonly [
  prompts: readonly { prompt: string; echo: boolean }[],
  name: string,
  instruction: string,
];

const code = { prompt: 'Verification code: ', echo: true };
const password = { prompt: 'Password: ', echo: false };

/** Asks round after round, and accepts a client with these answers. */
function asking(rounds: readonly Round[], right: readonly (readonly string[])[]) {
  return (context: AuthContext): void => {
    if (context.method !== 'keyboard-interactive') {
      context.reject(['keyboard-interactive']);
      return;
    }
    ask(context, 0);
  };
  function ask(context: KeyboardAuthContext, index: number): void {
    const round = rounds[index];
    if (!round) {
      context.accept();
      return;
    }
    const [prompts, name, instruction] = round;
    context.prompt([...prompts], name, instruction, (answers) => {
      if (JSON.stringify(answers) === JSON.stringify(right[index])) {
        ask(context, index + 1);
      } else {
        context.reject(['keyboard-interactive']);
      }
    });
  }
}

describe("a server's prompts", () => {
  let dir: TempDir;

  before(async () => {
    dir = await tempDir('auth-');
  });
  after(() => dir.remove());

  it('are answered over several rounds, and instructions without a prompt are shown', async () => {
    const rounds: Round[] = [
      [[], 'News', 'We moved.'],
      [[password, code], 'Two factors', 'Look at your token.'],
      [[{ prompt: 'Your colour? ', echo: true }], '', ''],
      [[], '', ''],
    ];
    await using server = await fakeSshServer(dir, asking(rounds, [[], ['pw', '123456'], ['blue'], []]));
    const replies = ['pw', '123456', 'blue'];
    const { outcome, questions, log } = await logIn(server, { answer: () => replies.shift() });
    assert.equal(outcome, 'up', log);
    assert.deepEqual(
      questions.map(
        (question) => question.kind === 'code' && [question.prompt, question.instruction, question.echo],
      ),
      [
        ['Password: ', 'Two factors\nLook at your token.', false],
        ['Verification code: ', 'Two factors\nLook at your token.', true],
        ['Your colour? ', '', true],
      ],
    );
    assert.match(log, /says: News\nWe moved\./);
  });

  it('let a password be saved, but never a code', async () => {
    const rounds: Round[] = [
      [[password], '', ''],
      [[{ ...code, echo: false }], '', ''],
    ];
    await using server = await fakeSshServer(dir, asking(rounds, [['pw'], ['123456']]));
    const saved = (): string => 'pw';
    const both = await logIn(server, { saved, answer: () => '123456' });
    assert.deepEqual([both.outcome, both.kinds, both.judged], ['up', ['code'], ['password right']]);
    // It is unknown which of the two was wrong, so the saved one stays.
    const wrong = await logIn(server, { saved, answer: () => 'wrong', host: { numberOfPasswordPrompts: 1 } });
    assert.deepEqual([wrong.outcome, wrong.judged], ['AuthenticationFailed', []]);
    assert.equal((await logIn(server, { saved })).outcome, 'blocked: code');
  });

  it('end the login when cancelled', async () => {
    await using server = await fakeSshServer(dir, asking([[[code], '', '']], [['1']]));
    const { outcome, questions } = await logIn(server, { answer: () => undefined });
    assert.equal(outcome, 'AuthenticationCancelled');
    assert.equal(questions.length, 1);
  });

  it('ask for a new password when the old one has expired', async () => {
    await using server = await fakeSshServer(dir, (context) => {
      if (context.method === 'password') {
        context.requestChange('Your password has expired.', () => undefined);
      } else {
        context.reject(['password']);
      }
    });
    const { failure, judged } = await logIn(server, { answer: () => 'pw' });
    assert.equal(failure?.code, 'LoginRefused');
    assert.match(failure.message, /expired/);
    assert.deepEqual(judged, ['password right']);
  });

  const prompts: readonly (readonly [prompt: string, isPassword: boolean])[] = [
    ['Password: ', true],
    ['Password:', true],
    ['password', true],
    ["me@example.org's password: ", true],
    ['Password for me@example.org:', true],
    ['(me@example.org) Password: ', true],
    ['New password: ', false],
    ['Retype new password: ', false],
    ['(current) UNIX password: ', false],
    ['Current password: ', false],
    ["One-time password (OATH) for `me': ", false],
    ['Password (OTP): ', false],
    ['Verification code: ', false],
    ['Passcode: ', false],
    ['', false],
  ];
  for (const [prompt, isPassword] of prompts) {
    it(`"${prompt}" ${isPassword ? 'is' : "isn't"} recognised as a password prompt`, () => {
      assert.equal(asksForPassword([{ prompt, echo: false }]), isPassword);
      assert.equal(asksForPassword([{ prompt, echo: true }]), false);
      assert.equal(asksForPassword([{ prompt, echo: false }, code]), false);
    });
  }
});
