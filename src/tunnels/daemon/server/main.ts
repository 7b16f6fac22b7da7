// The daemon: a process of its own, one for each user and machine. It owns every SSH connection and listener, and
// ends itself when no window has wanted anything for a while.
import { createServer } from 'node:net';
import { join } from 'node:path';
import { OwnSockets } from '../../forwards/local/ownSockets';
import { removeDeadKeyFolders } from '../../forwards/x11/xauth';
import { UpheavalWatch } from './networkMonitor';
import { Doorman } from './acceptor';
import { exitCodeOf } from '../client/exitCode';
import { DaemonLog } from './daemonLog';
import type { LogLine } from '../protocol/protocol';
import { Presence } from './publishEndpoint';
import { ensurePrivateFolder, newEndpointFile, endpointFolder } from '../client/endpointFile';
import { buildVersion } from '../protocol/version';
import { WindowConnection } from './windowConnection';
import { leaseGrace, Windows } from './leaseManager';

/** How often the counters are told to the windows: milliseconds. */
const trafficInterval = 1000;
/** How long the way down may take: milliseconds. */
const endTimeout = 3000;

async function main(): Promise<void> {
  // It was for this process; a program that a user's ssh_config starts may be made of Electron, too.
  delete process.env['ELECTRON_RUN_AS_NODE'];
  const folder = endpointFolder();
  await ensurePrivateFolder(folder);
  const file = new DaemonLog(join(folder, 'daemon.log'));
  const connections = new Set<WindowConnection>();
  const log = (line: LogLine): void => {
    file.write(line);
    for (const connection of connections) {
      connection.log(line);
    }
  };

  const endpointFile = newEndpointFile(folder);
  const end = (reason: string): void => {
    log({ level: 'info', text: `the daemon ends: ${reason}` });
    setTimeout(() => process.exit(0), endTimeout);
    // What is under way is reset rather than ended by the process's death, which would look like a proper end.
    void Promise.all([presence.end(), windows.stopAll()])
      .then(() => Promise.all([...connections].map((connection) => connection.flush())))
      .finally(() => process.exit(0));
  };
  let idleTimer: NodeJS.Timeout | undefined;
  const watchWishes = (): void => {
    if (windows.idle) {
      idleTimer ??= setTimeout(() => end('no window wants a tunnel'), leaseGrace);
    } else {
      clearTimeout(idleTimer);
      idleTimer = undefined;
    }
  };
  const windows = new Windows({
    log,
    onWishes: watchWishes,
    ownSockets: new OwnSockets(folder),
    privateFolder: folder,
  });

  const doorman = new Doorman({
    secret: endpointFile.secret,
    log,
    admit: (socket) => {
      const connection = new WindowConnection(socket, {
        windows,
        onShutdown: () => end('a window asked for it'),
        onDrained: () => end('a newer version has taken over'),
      });
      connections.add(connection);
      socket.once('close', () => connections.delete(connection));
      if (file.problem !== undefined) {
        connection.log({ level: 'warning', text: `the daemon can't write its log: ${file.problem}` });
      }
    },
  });
  const server = createServer({ pauseOnConnect: true }, (socket) => doorman.receive(socket));
  const presence = new Presence(folder, endpointFile, server);
  if (!(await presence.begin())) {
    return;
  }
  log({ level: 'info', text: `the daemon runs as process ${process.pid}, version ${buildVersion}` });
  watchWishes();
  void removeDeadKeyFolders(folder);
  setInterval(() => windows.reportTraffic(), trafficInterval);
  presence.keep(
    () => end('another one has taken its place'),
    (text) => log({ level: 'warning', text }),
  );
  new UpheavalWatch({
    onUpheaval: (what) => {
      log({ level: 'info', text: what === 'wake' ? 'the machine has slept' : 'the network has changed' });
      windows.lookAround();
    },
  });
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('uncaughtException', (error) => {
    // A fault in one connection must not take the others down; it is ours to mend, so it is logged whole.
    log({ level: 'error', text: `uncaught: ${error.stack ?? error.message}` });
  });
  process.on('unhandledRejection', (reason) => {
    log({ level: 'error', text: `unhandled: ${String(reason)}` });
  });
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(exitCodeOf(error));
  });
}
