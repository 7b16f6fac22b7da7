// Opening keys whose passphrase takes long, by the bundled thread: dist/keyWorker.js.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { openInWorker, openKey } from '../../../src/tunnels/ssh/keys/openKey';
import type { OpenRequest } from '../../../src/tunnels/ssh/keys/openKey';
import { UnusableKey } from '../../../src/tunnels/ssh/keys/privateKey';
import { keygen } from '../../support/login';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { puttyKeys } from '../../unit/ssh/keys/puttyFixtures';

const worker = resolve('dist/keyWorker.js');
const passphrase = 'open sesame';
const never = new AbortController().signal;

describe('opening a key in a thread', () => {
  let dir: TempDir;
  let bytes: Buffer;

  before(async () => {
    dir = await tempDir('open-key-');
    await keygen('-t', 'ed25519', '-a', '16', '-N', passphrase, '-f', dir.file('slow'));
    bytes = await readFile(dir.file('slow'));
  });
  after(() => dir.remove());

  /** Milliseconds: the longest time in which nothing else could run. */
  async function longestPause(work: Promise<unknown>): Promise<number> {
    const over = new AbortController();
    void work.finally(() => over.abort());
    let longest = 0;
    for (let last = performance.now(); !over.signal.aborted; last = performance.now()) {
      await nextTurn();
      longest = Math.max(longest, performance.now() - last);
    }
    return longest;
  }

  it('lets everything else go on meanwhile', async () => {
    const begin = performance.now();
    assert.equal(openKey({ bytes, passphrase }).result, 'open');
    const blocking = performance.now() - begin;
    const opened = openInWorker({ bytes, passphrase }, never, worker);
    const pause = await longestPause(opened);
    assert.ok(await opened);
    assert.ok(pause < blocking / 2, `${Math.round(pause)} of ${Math.round(blocking)} ms`);
  });

  it('tells a wrong passphrase from a key that no passphrase opens', async () => {
    assert.equal(await openInWorker({ bytes, passphrase: 'wrong' }, never, worker), undefined);
    const hungry = puttyKeys
      .map(({ text }) => text)
      .find((text) => text.includes('Argon2id'))
      ?.replace(/Argon2-Memory: \d+/, 'Argon2-Memory: 4194304');
    const request: OpenRequest = { bytes: Buffer.from(hungry ?? '', 'latin1'), passphrase };
    await assert.rejects(
      openInWorker(request, never, worker),
      (error) => error instanceof UnusableKey && error.defect.defect === 'cost',
    );
  });

  it('ends when the login ends', async () => {
    const login = new AbortController();
    // Would take a minute.
    const slow = bytesWithRounds(bytes, 3000);
    const opened = openInWorker({ bytes: slow, passphrase }, login.signal, worker);
    login.abort(new Error('stopped'));
    await assert.rejects(opened, /stopped/);
  });

  it('works without the file of the thread, which an update removes', async () => {
    const request = { bytes, passphrase };
    assert.ok(await openInWorker(request, never, dir.file('missing.js')));
  });
});

/** The same key with another number of bcrypt's rounds (OpenSSH PROTOCOL.key): it follows a salt of 16 bytes. */
function bytesWithRounds(file: Buffer, rounds: number): Buffer {
  const [begin = '', ...lines] = file.toString('latin1').trim().split('\n');
  const end = lines.pop() ?? '';
  const data = Buffer.from(lines.join(''), 'base64');
  const salt = data.indexOf(Buffer.from([0, 0, 0, 16]), 40);
  data.writeUInt32BE(rounds, salt + 20);
  return Buffer.from([begin, data.toString('base64'), end, ''].join('\n'));
}
