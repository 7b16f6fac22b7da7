// The daemon: one process for each user and machine. It owns every SSH connection and listener, and exits when no
// window has wanted a tunnel for a while.
import { writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { OwnSockets } from '../../forwards/local/ownSockets';
import { removeOldCookieFolders } from '../../forwards/x11/xauth';
import { NetworkMonitor } from './networkMonitor';
import { Acceptor } from './acceptor';
import { IdleExit } from './idleExit';
import { LogFile } from './logFile';
import { LogRouter } from './logRouter';
import { EndpointPublisher } from '../endpoint/endpointPublisher';
import { ensurePrivateFolder, newEndpointFile } from '../endpoint/endpointFile';
import { endpointFolders } from '../endpoint/endpointFolder';
import { buildVersion } from '../protocol/version';
import { WindowConnection } from './windowConnection';
import { LeaseManager } from './leaseManager';

/** How often the counters are reported to the windows. */
const trafficIntervalMs = 1000;
/** How long the shutdown may take. */
const shutdownTimeoutMs = 3000;

async function main(): Promise<void> {
  // It was meant for this process only: a program that ssh_config starts may be an Electron app.
  delete process.env['ELECTRON_RUN_AS_NODE'];
  const folders = endpointFolders();
  const folder = folders.usual;
  await ensurePrivateFolder(folder);
  const file = new LogFile(join(folder, 'daemon.log'));
  const connections = new Set<WindowConnection>();
  const router = new LogRouter(file, connections);
  const log = router.daemon;

  const endpointFile = newEndpointFile(folder);
  const end = (reason: string): void => {
    log.info(`Daemon stopping: ${reason}`);
    setTimeout(() => process.exit(0), shutdownTimeoutMs);
    // Open connections are reset. If the process just exited, that would look like a normal end of the data.
    void Promise.all([publisher.end(), leaseManager.tunnels.stopAll()])
      .then(() => Promise.all([...connections].map((connection) => connection.flush())))
      .finally(() => process.exit(0));
  };
  const idleExit = new IdleExit({
    platform: process.platform,
    wantNothing: () => leaseManager.windows.wantNothing,
    editorsHaveQuit: () => leaseManager.windows.editorsHaveQuit,
    exit: end,
  });
  const leaseManager = new LeaseManager({
    log: router,
    onDesiredStateChange: () => idleExit.update(),
    ownSockets: new OwnSockets(folder),
    privateFolder: folder,
  });

  const acceptor = new Acceptor({
    secret: endpointFile.secret,
    log,
    onAuthenticated: (socket) => {
      const connection = new WindowConnection(socket, {
        leaseManager,
        onShutdown: () => end('requested by a window'),
        onDrained: () => end('a newer version has taken over'),
      });
      connections.add(connection);
      socket.once('close', () => connections.delete(connection));
      if (file.problem !== undefined) {
        connection.log({ level: 'warning', text: `The daemon can't write its log: ${file.problem}` });
      }
    },
  });
  const server = createServer({ pauseOnConnect: true }, (socket) => acceptor.accept(socket));
  const publisher = new EndpointPublisher(folders, endpointFile, server);
  // Anew: what was chosen above may be out of date.
  if (!(await publisher.begin(endpointFolders().all.filter((each) => each !== folder)))) {
    return;
  }
  log.info(`Daemon started: process ${process.pid}, version ${buildVersion}`);
  idleExit.update();
  void removeOldCookieFolders(folder);
  setInterval(() => leaseManager.reporter.traffic(), trafficIntervalMs);
  publisher.watch(
    () => end('another daemon has replaced it'),
    (text) => log.warn(text),
  );
  new NetworkMonitor({
    onEvent: (event) => {
      log.info(event === 'wake' ? 'The computer woke from sleep' : 'The network changed');
      leaseManager.tunnels.onNetworkEvent();
    },
  });
  process.on('SIGTERM', () => end('SIGTERM'));
  // That window doesn't read it any longer.
  process.stderr.on('error', () => undefined);
  process.on('uncaughtException', (error) => {
    // A bug in one connection must not close the others. Log it with its stack, so that it can be fixed.
    log.error(`Uncaught exception: ${error.stack ?? error.message}`);
  });
  process.on('unhandledRejection', (reason) => {
    log.error(`Unhandled rejection: ${String(reason)}`);
  });
}

if (require.main === module) {
  main().catch((error: unknown) => {
    try {
      // The window that started this process reads it. On Windows, process.exit() would not wait for process.stderr.
      writeSync(process.stderr.fd, `${String(error)}\n`);
    } finally {
      process.exit(1);
    }
  });
}
