// A tunnel host that may do no more than any user: of root's rights none is left to it, not even over its own files.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryReach } from '../../../src/tunnels/daemon/client/connectToDaemon';
import { ensurePrivateFolder, rendezvousFolder } from '../../../src/tunnels/daemon/client/endpointFile';
import { hostScript, HostWindow } from '../../support/hostWindow';
import type { HostPlace } from '../../support/hostWindow';
import type { Sshd } from '../../support/sshd';

/** In a place where no host runs yet; it ends with the place. */
export async function humbleHost(place: HostPlace, sshd: Sshd): Promise<HostWindow> {
  const without = ['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all'];
  const folder = rendezvousFolder(place.env);
  await ensurePrivateFolder(folder);
  spawn('setpriv', [...without, process.execPath, hostScript], { env: place.env, stdio: 'ignore' }).unref();
  for (let tries = 0; tries < 100; tries++) {
    const socket = await tryReach(folder);
    if (socket) {
      socket.destroy();
      return HostWindow.open(place, sshd, 'humble');
    }
    await sleep(50);
  }
  throw new Error('the humble tunnel host does not answer');
}
