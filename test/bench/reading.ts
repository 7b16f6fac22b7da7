// How long huge settings and ssh_config files are read, and how long the thread that reads them does nothing else. In
// the extension host, that is the time for which other extensions wait.
import { ConfigTunnelList } from '../../src/tunnels/ssh/config/hostList/configTunnels';
import { settingsMarks } from '../../src/extension/settings/diagnostics/findProblems';
import { Slices } from '../../src/tunnels/util/pacing/slices';
import { setWorkspace, withFakeVscode } from '../support/fakeVscode';
import { tempDir } from '../support/tempDir';
import type { Options } from './options';
import type { Row } from './report';
import { median } from './statistics';

/** Milliseconds that the thread may take at a stretch. */
const longestStretch = 20;
const variables = { home: '/home/me', workspaceFolder: '/shop' };
const ports = { unprivilegedFrom: 1024, handedOut: { from: 32_768, to: 60_999 } };

interface Times {
  readonly total: number;
  readonly stretch: number;
}

export async function measureReading({ rounds }: Options): Promise<readonly Row[]> {
  await using dir = await tempDir('reading-');
  const hosts = Array.from({ length: 3000 }, (_, n) => `Host h${n}\n  LocalForward ${10_000 + n} db:5432\n`);
  const config = await dir.write('config', hosts.join(''));
  const changed = await dir.write('changed', hosts.join('').replace('10007 db:5432', '10007 db:5433'));
  const list = new ConfigTunnelList();
  const { readSettings } = await withFakeVscode(() => import('../../src/extension/settings/readSettings'));
  const line = `ssh ${'-o a=b '.repeat(2800)}`;
  const inputs: Readonly<Record<string, unknown>> = {
    '200 kB of ssh -o a=b …, in one line': { a: `ssh ${'-o a=b '.repeat(28_000)}` },
    '200 kB of ssh -o a=b …, in 10 lines': Object.fromEntries(Array(10).fill(line).entries()),
    '200 tunnels': Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [`t${n}`, { host: 'a', localForward: `${10_000 + n}:db:5432` }]),
    ),
  };
  const works: Readonly<Record<string, () => Promise<unknown>>> = {
    'ssh_config with 3,000 hosts': () => new ConfigTunnelList().read(config, {}),
    'the same, one host has changed': async () => {
      await list.read(config, {});
      return list.read(changed, {});
    },
    ...Object.fromEntries(
      Object.entries(inputs).map(([what, tunnels]) => [
        what,
        async () => {
          setWorkspace({
            workspaceFile: undefined,
            workspaceFolders: [],
            inspect: (key) => (key === 'sshTunnels.tunnels' ? { globalValue: tunnels } : undefined),
          });
          await readSettings(console.error);
          const text = JSON.stringify({ 'sshTunnels.tunnels': tunnels });
          await new Slices().run(settingsMarks(text, { within: [], ports, variables }));
        },
      ]),
    ),
  };
  const rows: Row[] = [];
  for (const [what, work] of Object.entries(works)) {
    // Once for the compiler.
    await work();
    const times: Times[] = [];
    for (let round = 0; round < rounds; round++) {
      times.push(await timesOf(work));
    }
    const stretch = median(times.map((each) => each.stretch));
    rows.push({
      what,
      unit: 'ms',
      values: { total: median(times.map(({ total }) => total)), 'longest stretch': stretch },
      goal: `stretch ≤ ${longestStretch}`,
      reached: stretch <= longestStretch,
    });
  }
  setWorkspace(undefined);
  return rows;
}

async function timesOf(work: () => Promise<unknown>): Promise<Times> {
  const start = performance.now();
  let last = processorMs();
  let stretch = 0;
  let isDone = false;
  const look = (): void => {
    const now = processorMs();
    stretch = Math.max(stretch, now - last);
    last = now;
    if (!isDone) {
      setImmediate(look);
    }
  };
  look();
  await work();
  isDone = true;
  const total = performance.now() - start;
  return { total, stretch: Math.max(stretch, processorMs() - last) };
}

/** Processor time of this process: others may delay it, on a busy machine. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
