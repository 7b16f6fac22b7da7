// What is kept, for whom, and for how long: recall, the one offer, "never", dropping, and two windows at once.
import assert from 'node:assert/strict';
import { setImmediate as settled } from 'node:timers/promises';
import { beforeEach, describe, it } from 'mocha';
import { Secrets } from '../../../../src/extension/secrets/secretBroker';
import type { Outlook } from '../../../../src/extension/secrets/secretBroker';
import { SecretStore } from '../../../../src/extension/secrets/secretStore';
import type { PassphraseQuestion, PasswordQuestion, Question } from '../../../../src/tunnels/model/prompt';
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

/** One window: what it asks and offers, and what its person does. */
class FakeWindow {
  readonly offers: Question[] = [];
  readonly outlooks: (Outlook | undefined)[] = [];
  readonly told: string[] = [];
  readonly logged: string[] = [];
  types: string | undefined = 'secret 1';
  chooses: 'keep' | 'never' | undefined = 'keep';
  readonly secrets: Secrets;

  constructor(storage: FakeStorage) {
    this.secrets = new Secrets({
      store: new SecretStore(storage, () => 1_700_000_000_000),
      ask: (_question, _signal, outlook) => {
        this.outlooks.push(outlook);
        return Promise.resolve(this.types);
      },
      offer: (question) => {
        this.offers.push(question);
        return Promise.resolve(this.chooses);
      },
      tell: (message) => this.told.push(message),
      log: (line) => this.logged.push(line),
    });
  }

  /** A login as the host does it: what is kept, or else what is typed; then how it went. */
  async login(question: PasswordQuestion | PassphraseQuestion, right = true): Promise<string | undefined> {
    const answer = (await this.recall(question)) ?? (await this.secrets.ask(question, signal));
    this.secrets.judged(question, right);
    await settled();
    return answer;
  }

  recall(question: PasswordQuestion | PassphraseQuestion): Promise<string | undefined> {
    return this.secrets.recall(question, signal);
  }

  async names(): Promise<readonly string[]> {
    return (await this.secrets.list()).map(({ name, never }) => (never ? `never ${name}` : name));
  }
}

describe('kept secrets', () => {
  let storage: FakeStorage;
  let window: FakeWindow;
  beforeEach(() => {
    storage = new FakeStorage();
    window = new FakeWindow(storage);
  });

  it('a password that worked is kept when the person says so, and recalled from then on', async () => {
    await window.login(password);
    assert.deepEqual(window.offers, [password]);
    assert.equal(await window.recall(password), 'secret 1');
    assert.equal(await new FakeWindow(storage).recall(password), 'secret 1');
    assert.deepEqual(window.told, []);
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

  const others: readonly [string, PasswordQuestion | PassphraseQuestion][] = [
    ['another host key', { ...password, hostKey: 'SHA256:other' }],
    ['another account', { ...password, who: 'root@db.example.org:22' }],
    ['no host key', { ...password, hostKey: '' }],
    ['a passphrase', { ...passphrase, keyFingerprint: 'SHA256:host' }],
  ];
  for (const [title, other] of others) {
    it(`a password is not given for ${title}`, async () => {
      await window.login(password);
      assert.equal(await window.recall(other), undefined);
    });
  }

  it('a passphrase belongs to its key, whoever logs in with it from wherever', async () => {
    await window.login(passphrase);
    const elsewhere = { ...passphrase, who: 'root@web:22', keyFile: '/tmp/copy' };
    assert.equal(await window.recall(elsewhere), 'secret 1');
    assert.equal(await window.recall({ ...passphrase, keyFingerprint: 'SHA256:other' }), undefined);
  });

  it('nothing is offered for what was wrong, cancelled, withdrawn, recalled, or no secret', async () => {
    await window.login(password, false);
    window.types = undefined;
    await window.login(password);
    window.types = 'secret 1';
    const withdrawn = new AbortController();
    const asked = window.secrets.ask(password, withdrawn.signal);
    withdrawn.abort();
    await asked;
    window.secrets.judged(password, true);
    const code = { kind: 'code', who: 'me', prompt: 'Code', instruction: '', echo: false } as const;
    assert.equal(await window.secrets.ask(code, signal), 'secret 1');
    await settled();
    assert.deepEqual(window.offers, []);

    await window.login(password);
    await window.login(password);
    assert.equal(window.offers.length, 1);
  });

  it('several tunnels that wait for the same answer make one offer', async () => {
    window.chooses = undefined;
    await Promise.all([window.secrets.ask(password, signal), window.secrets.ask(password, signal)]);
    window.secrets.judged(password, true);
    window.secrets.judged(password, true);
    await settled();
    assert.equal(window.offers.length, 1);
  });

  it('"not now" lasts for the session, "never" for good', async () => {
    window.chooses = undefined;
    await window.login(password);
    await window.login(password);
    assert.equal(window.offers.length, 1);

    const next = new FakeWindow(storage);
    next.chooses = 'never';
    await next.login(password);
    assert.equal(next.offers.length, 1);
    assert.deepEqual(await next.names(), ['never me@db.example.org:22']);

    const last = new FakeWindow(storage);
    assert.equal(await last.login(password), 'secret 1');
    assert.deepEqual(last.offers, []);
    assert.deepEqual(
      [window, next, last].map(({ outlooks }) => outlooks.map((outlook) => outlook?.offered)),
      [[true, false], [true], [false]],
    );
  });

  it('one that stops working is dropped, and the next that works is offered', async () => {
    await window.login(password);
    assert.equal(await window.login(password, false), 'secret 1');
    assert.equal(await window.recall(password), undefined);
    assert.deepEqual(await window.names(), []);

    window.types = 'secret 2';
    assert.equal(await window.login(second), 'secret 2');
    assert.deepEqual(window.outlooks.at(-1), { offered: true, dropped: true });
    assert.equal(await window.recall(password), 'secret 2');
    assert.equal(window.offers.length, 2);
  });

  it('a wrong one that was typed drops nothing that another window keeps', async () => {
    const other = new FakeWindow(storage);
    await window.secrets.ask(password, signal);
    other.types = 'right';
    await other.login(password);
    window.secrets.judged(password, false);
    other.secrets.judged(password, false);
    await settled();
    assert.equal(await window.recall(password), 'right');
  });

  it('a wrong one that was recalled does not drop its successor', async () => {
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

  it('what is forgotten is gone in every window, and offered again', async () => {
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

  it('two windows that write at once lose nothing', async () => {
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

  it('a storage that fails only costs the keeping, and gives no secret away', async () => {
    await window.login(password);
    storage.broken = true;
    assert.equal(await window.recall(password), undefined);
    window.types = 'secret 2';
    assert.equal(await window.login({ ...password, who: 'root@db:22' }), 'secret 2');
    assert.deepEqual(window.told, [
      "The password of root@db:22 could not be kept: VS Code's secret storage failed. Its own log says why.",
    ]);
    assert.equal(window.logged.length, 2);
    assert.doesNotMatch([...window.told, ...window.logged].join('\n'), /secret \d/);
  });

  it('what is stored under other names, or by another version, is passed over', async () => {
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
