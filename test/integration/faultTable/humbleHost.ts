// A daemon that may do no more than any user: of root's rights none is left to it, not even over its own files.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryConnect } from '../../../src/tunnels/daemon/client/connectToDaemon';
import { ensurePrivateFolder, endpointFolder } from '../../../src/tunnels/daemon/client/endpointFile';
import { daemonScript, TestWindow } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';
import type { Sshd } from '../../support/sshd';

/** In a place where no host runs yet; it ends with the place. */
export async function humbleHost(place: TestDaemon, sshd: Sshd): Promise<TestWindow> {
  const without = ['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all'];
  const folder = endpointFolder(place.env);
  await ensurePrivateFolder(folder);
  spawn('setpriv', [...without, process.execPath, daemonScript], { env: place.env, stdio: 'ignore' }).unref();
  for (let tries = 0; tries < 100; tries++) {
    const socket = await tryConnect(folder);
    if (socket) {
      socket.destroy();
      return TestWindow.open(place, sshd, 'humble');
    }
    await sleep(50);
  }
  throw new Error('the humble daemon does not answer');
}
