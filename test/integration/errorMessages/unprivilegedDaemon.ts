// A daemon without root's rights, not even over its own files.
import { spawn } from 'node:child_process';
import { eventually } from '../../support/eventually';
import { tryConnect } from '../../../src/tunnels/daemon/client/endpointConnection';
import { ensurePrivateFolder } from '../../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../../src/tunnels/daemon/endpoint/endpointFolder';
import { daemonScript, TestWindow } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';
import type { Sshd } from '../../support/sshd';

/** Only when this test daemon doesn't run yet; it ends with it. */
export async function unprivilegedDaemon(daemon: TestDaemon, sshd: Sshd): Promise<TestWindow> {
  const without = ['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all'];
  const folder = endpointFolder(daemon.env);
  await ensurePrivateFolder(folder);
  spawn('setpriv', [...without, process.execPath, daemonScript], {
    env: daemon.env,
    stdio: 'ignore',
  }).unref();
  await eventually('the unprivileged daemon answers', async () => {
    const socket = await tryConnect(folder);
    socket?.destroy();
    return socket !== undefined;
  });
  return TestWindow.open(daemon, sshd, 'humble');
}
