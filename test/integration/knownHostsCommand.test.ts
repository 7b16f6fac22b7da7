// A KnownHostsCommand that doesn't end, and a connection that ends meanwhile.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { hostileServer } from '../support/hostile/hostileServer';
import { connectTo, failureOf } from '../support/hostile/sessionUnderTest';
import { target } from '../support/targetAndClient';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';

/** When called for this, starts another process, writes its id to the file `pid`, and waits for it. */
async function sleeper(dir: TempDir, invocation: 'ORDER' | 'HOSTNAME'): Promise<string> {
  const script = `#!/bin/sh\n[ $1 = ${invocation} ] || exit 0\nsleep 600 &\necho $! >${dir.file('new')}\nmv ${dir.file('new')} ${dir.file('pid')}\nwait\n`;
  return `${await dir.write('known', script, 0o700)} %I`;
}

async function startedPid(dir: TempDir): Promise<number> {
  await eventually('started', () => existsSync(dir.file('pid')));
  return Number(await readFile(dir.file('pid'), 'utf8'));
}

function hasEnded(pid: number): boolean {
  return !existsSync(`/proc/${pid}`);
}

describe('a KnownHostsCommand that does not end', () => {
  for (const invocation of ['ORDER', 'HOSTNAME'] as const) {
    it(`ends when the start is stopped, called for ${invocation}`, async () => {
      await using dir = await tempDir();
      await using server = await hostileServer({});
      const stop = new AbortController();
      const host = {
        knownHostsCommand: await sleeper(dir, invocation),
        noHostAuthenticationForLocalhost: false,
      };
      const connecting = connectTo(server.port, { host, signal: stop.signal });
      const pid = await startedPid(dir);
      stop.abort(new Error('stopped'));
      await assert.rejects(connecting, /stopped/);
      await eventually('ended', () => hasEnded(pid));
    });
  }

  it('ends when the server closes the connection, which is then lost', async () => {
    await using dir = await tempDir();
    await using server = await target((socket) => {
      void startedPid(dir).then(() => socket.resetAndDestroy());
    });
    const host = { knownHostsCommand: await sleeper(dir, 'ORDER') };
    const failure = failureOf(connectTo(server.port, { host }));
    const pid = await startedPid(dir);
    assert.equal((await failure).code, 'ConnectionLost');
    await eventually('ended', () => hasEnded(pid));
  });
});
