// A relay between a window and its daemon, which records everything including the handshake.
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { endpointFilePath } from '../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../src/tunnels/daemon/endpoint/endpointFolder';
import type { TestDaemon } from './testWindow';
import { endpointFileOf } from './rawConnection';
import { tempDir } from './tempDir';

export interface Eavesdropper extends TestDaemon {
  /** Everything that the daemon has sent. */
  toWindow(): Buffer;
  /** Everything that windows have sent. */
  toDaemon(): Buffer;
}

/** A test daemon whose windows connect to another one's daemon through this relay. */
export async function listenIn(daemon: TestDaemon): Promise<Eavesdropper> {
  const endpointFile = endpointFileOf(daemon);
  const dir = await tempDir('e-');
  const env = { ...daemon.env, XDG_RUNTIME_DIR: dir.path };
  const folder = endpointFolder(env);
  const endpoint = join(folder, 'relay.sock');
  const said = { byDaemon: [] as Buffer[], byWindows: [] as Buffer[] };
  await mkdir(folder, { mode: 0o700 });
  const server = createServer((window) => {
    const daemonSocket = connect(endpointFile.endpoint);
    for (const [from, to, words] of [
      [daemonSocket, window, said.byDaemon],
      [window, daemonSocket, said.byWindows],
    ] as const) {
      from.on('data', (data) => words.push(data)).pipe(to);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
    }
  }).listen(endpoint);
  await once(server, 'listening');
  await writeFile(endpointFilePath(folder), JSON.stringify({ ...endpointFile, endpoint }), { mode: 0o600 });
  return {
    env,
    toWindow: () => Buffer.concat(said.byDaemon),
    toDaemon: () => Buffer.concat(said.byWindows),
    async [Symbol.asyncDispose]() {
      server.close();
      await dir.remove();
    },
  };
}
