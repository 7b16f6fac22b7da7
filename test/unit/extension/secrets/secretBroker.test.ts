// Saved passwords and passphrases: when they are offered to be saved, used, replaced and forgotten, also by two windows
// at once.
import assert from 'node:assert/strict';
import { setImmediate as settled } from 'node:timers/promises';
import { beforeEach, describe, it } from 'mocha';
import { SecretBroker } from '../../../../src/extension/secrets/secretBroker';
import type { SaveHint } from '../../../../src/extension/secrets/secretBroker';
import { SecretStore } from '../../../../src/extension/secrets/secretStore';
import type {
  PassphraseQuestion,
  PasswordQuestion,
  SecretQuestion,
} from '../../../../src/tunnels/model/prompt';
import { step } from '../../../support/step';
import { FakeStorage } from '../fakeStorage';

const password: PasswordQuestion = {
  kind: 'password',
  who: 'me@db.example.org:22',
  hostKey: 'SHA256:host',
  attempt: 1,
};
const passphrase: PassphraseQuestion = {
  kind: 'passphrase',
  who: 'me@db.example.org:22',
  keyFile: '/home/me/.ssh/id_ed25519',
  keyFingerprint: 'SHA256:key',
  attempt: 1,
};
const second = { ...password, attempt: 2 };
const { signal } = new AbortController();

/** One window: what it asks and offers, and what its user does. */
class FakeWindow {
  readonly offers: SecretQuestion[] = [];
  readonly saveHints: (SaveHint | undefined)[] = [];
  readonly notified: string[] = [];
  readonly logged: string[] = [];
  types: string | undefined = 'secret 1';
  chooses: 'save' | 'never' | undefined = 'save';
  readonly secrets: SecretBroker;

  constructor(storage: FakeStorage) {
    this.secrets = new SecretBroker({
      store: new SecretStore(storage, () => 1_700_000_000_000),
      offer: (question) => {
        this.offers.push(question);
        return Promise.resolve(this.chooses);
      },
      warn: (message) => this.notified.push(message),
      log: (line) => this.logged.push(line),
    });
  }

  /** A login as the daemon does it: with the saved password or else a typed one; then the result. */
  async login(question: SecretQuestion, right = true): Promise<string | undefined> {
    const answer = (await this.recall(question)) ?? (await this.ask(question));
    this.secrets.judged(question, right);
    await settled();
    return answer;
  }

  ask(question: SecretQuestion, withdrawn = signal): Promise<string | undefined> {
    return this.secrets.ask(question, withdrawn, (saveHint) => {
      this.saveHints.push(saveHint);
      return Promise.resolve(this.types);
    });
  }

  recall(question: SecretQuestion): Promise<string | undefined> {
    return this.secrets.recall(question, signal);
  }

  async names(): Promise<readonly string[]> {
    return (await this.secrets.list()).map(({ name, never }) => (never ? `never ${name}` : name));
  }
}

describe('saved passwords', () => {
  let storage: FakeStorage;
  let window: FakeWindow;
  beforeEach(() => {
    storage = new FakeStorage();
    window = new FakeWindow(storage);
  });

  it('are saved when the user agrees after a login, and used in every window from then on', async () => {
    await window.login(password);
    assert.deepEqual(window.offers, [password]);
    assert.equal(await window.recall(password), 'secret 1');
    assert.equal(await new FakeWindow(storage).recall(password), 'secret 1');
    assert.deepEqual(window.notified, []);
    assert.deepEqual(await window.secrets.list(), [
      {
        id: '["password","me@db.example.org:22","SHA256:host"]',
        kind: 'password',
        name: 'me@db.example.org:22',
        fingerprint: 'SHA256:host',
        since: 1_700_000_000_000,
        never: false,
      },
    ]);
  });

  const others: readonly [string, SecretQuestion][] = [
    ['another host key', { ...password, hostKey: 'SHA256:other' }],
    ['another account', { ...password, who: 'root@db.example.org:22' }],
    ['a server without a host key', { ...password, hostKey: '' }],
    ['a passphrase prompt', { ...passphrase, keyFingerprint: 'SHA256:host' }],
  ];
  for (const [title, other] of others) {
    it(`are not used for ${title}`, async () => {
      await window.login(password);
      assert.equal(await window.recall(other), undefined);
    });
  }

  it('include passphrases, which belong to the key and not to an account or a file', async () => {
    await window.login(passphrase);
    const elsewhere = { ...passphrase, who: 'root@web:22', keyFile: '/tmp/copy' };
    assert.equal(await window.recall(elsewhere), 'secret 1');
    assert.equal(await window.recall({ ...passphrase, keyFingerprint: 'SHA256:other' }), undefined);
  });

  it('are not offered to be saved after a wrong or cancelled answer, or when saved already', async () => {
    await window.login(password, false);
    window.types = undefined;
    await window.login(password);
    window.types = 'secret 1';
    const withdrawn = new AbortController();
    const asked = window.ask(password, withdrawn.signal);
    withdrawn.abort();
    await asked;
    window.secrets.judged(password, true);
    await settled();
    assert.deepEqual(window.offers, []);

    await window.login(password);
    await window.login(password);
    assert.equal(window.offers.length, 1);
  });

  it('are offered to be saved once when several tunnels wait for the same answer', async () => {
    window.chooses = undefined;
    await Promise.all([window.ask(password), window.ask(password)]);
    window.secrets.judged(password, true);
    window.secrets.judged(password, true);
    await settled();
    assert.equal(window.offers.length, 1);
  });

  it('are not offered to be saved again in the session after "not now", and never again after "never"', async () => {
    await step('two logins in a session, "not now" after the first', async () => {
      window.chooses = undefined;
      await window.login(password);
      await window.login(password);
      assert.equal(window.offers.length, 1);
    });
    const next = await step('a login in the next session, "never" after it', async () => {
      const opened = new FakeWindow(storage);
      opened.chooses = 'never';
      await opened.login(password);
      assert.equal(opened.offers.length, 1);
      assert.deepEqual(await opened.names(), ['never me@db.example.org:22']);
      return opened;
    });
    const last = await step('a login in a later session', async () => {
      const opened = new FakeWindow(storage);
      assert.equal(await opened.login(password), 'secret 1');
      assert.deepEqual(opened.offers, []);
      return opened;
    });
    assert.deepEqual(
      [window, next, last].map(({ saveHints }) => saveHints.map((saveHint) => saveHint?.canSave)),
      [[true, false], [true], [false]],
    );
  });

  it('are removed when they stop working, and the next that works is offered to be saved', async () => {
    await window.login(password);
    assert.equal(await window.login(password, false), 'secret 1');
    assert.equal(await window.recall(password), undefined);
    assert.deepEqual(await window.names(), []);

    window.types = 'secret 2';
    assert.equal(await window.login(second), 'secret 2');
    assert.deepEqual(window.saveHints.at(-1), { canSave: true, wasRemoved: true });
    assert.equal(await window.recall(password), 'secret 2');
    assert.equal(window.offers.length, 2);
  });

  it('are not removed when another window types a wrong password', async () => {
    const other = new FakeWindow(storage);
    await window.ask(password);
    other.types = 'right';
    await other.login(password);
    window.secrets.judged(password, false);
    other.secrets.judged(password, false);
    await settled();
    assert.equal(await window.recall(password), 'right');
  });

  it('are not removed when the password that they replaced turns out to be wrong', async () => {
    await window.login(password);
    const other = new FakeWindow(storage);
    await window.recall(password);
    await other.recall(password);
    other.secrets.judged(password, false);
    other.types = 'secret 2';
    await other.login(second);
    window.secrets.judged(password, false);
    await settled();
    assert.equal(await window.recall(password), 'secret 2');
  });

  it('are gone in every window once forgotten, and offered to be saved again', async () => {
    await window.login(password);
    await window.login(passphrase);
    const other = new FakeWindow(storage);
    const [first] = await other.secrets.list();
    assert.ok(first);
    await other.secrets.forget([first.id]);
    await settled();
    assert.equal(await window.recall(password), undefined);
    assert.deepEqual(await window.names(), ['/home/me/.ssh/id_ed25519']);
    await other.login(password);
    assert.equal(other.offers.length, 1);
  });

  it('are all saved when two windows write at once', async () => {
    const other = new FakeWindow(storage);
    let isFirst = true;
    storage.onRead = async (key) => {
      if (key === 'index' && isFirst) {
        isFirst = false;
        await other.login(passphrase);
      }
    };
    await window.login(password);
    for (let turn = 0; turn < 10; turn++) {
      await settled();
    }
    assert.deepEqual([...(await new FakeWindow(storage).names())].sort(), [passphrase.keyFile, password.who]);
  });

  it('are not needed to log in when the storage fails, and no password is shown or logged', async () => {
    await window.login(password);
    storage.broken = true;
    assert.equal(await window.recall(password), undefined);
    window.types = 'secret 2';
    assert.equal(await window.login({ ...password, who: 'root@db:22' }), 'secret 2');
    assert.deepEqual(window.notified, [
      "Could not save the password for root@db:22. VS Code's secret storage failed. VS Code's own log says why.",
    ]);
    assert.equal(window.logged.length, 2);
    assert.doesNotMatch([...window.notified, ...window.logged].join('\n'), /secret \d/);
  });

  it('do not include stored values of another format, nor an index entry without its value', async () => {
    storage.content.set('index', '[{"id":1},null,"x"]');
    storage.content.set('["password","me@db.example.org:22","SHA256:host"]', '{"other":1}');
    assert.deepEqual(await window.names(), []);
    assert.equal(await window.recall(password), undefined);
    storage.content.set('index', 'no JSON');
    await window.login(password);
    assert.equal(await window.recall(password), 'secret 1');
    storage.content.delete('["password","me@db.example.org:22","SHA256:host"]');
    assert.deepEqual(await window.names(), [], 'a name without its secret');
  });
});
