// A real PostgreSQL server on loopback, its files in a folder of its own, by Debian's postgresql.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually';
import { freePort } from './freePort';

const run = promisify(execFile);
const versions = '/usr/lib/postgresql';

export interface Postgres extends AsyncDisposable {
  readonly port: number;
  /** The user who logs in without a password. */
  readonly user: string;
}

export async function startPostgres(): Promise<Postgres> {
  const version = readdirSync(versions)
    .toSorted((a, b) => Number(a) - Number(b))
    .at(-1);
  if (version === undefined) {
    throw new Error('PostgreSQL is missing. Install with: sudo apt-get install -y postgresql');
  }
  const bin = join(versions, version, 'bin');
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  // It refuses to run as root.
  const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined;
  if (owner) {
    chownSync(folder, owner.uid, owner.gid);
  }
  const user = 'tester';
  const data = join(folder, 'data');
  const settings = { ...owner, cwd: folder };
  await run(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', user, '--no-sync'], settings);
  const port = await freePort();
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-F'],
    { ...settings, stdio: 'ignore' },
  );
  const killOnExit = (): void => void server.kill('SIGKILL');
  process.once('exit', killOnExit);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', killOnExit);
    if (server.exitCode === null) {
      const exited = once(server, 'exit');
      // "Immediate": its data isn't needed any more.
      server.kill('SIGQUIT');
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(join(bin, 'pg_isready'), port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, user, [Symbol.asyncDispose]: stop };
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
}

async function untilReady(isReady: string, port: number): Promise<void> {
  const ask = (): Promise<boolean> =>
    run(isReady, ['-q', '-h', '127.0.0.1', '-p', String(port)]).then(
      () => true,
      () => false,
    );
  await eventually('PostgreSQL answers', ask);
}
