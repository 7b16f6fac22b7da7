// Starts a bench program in its own process, and waits for the ports that it listens on.
import { once } from 'node:events';
import { resolve } from 'node:path';
import { spawnGroup } from '../support/processGroup.mjs';
import { repoRoot } from '../support/setup.mjs';

export interface BenchProcess extends AsyncDisposable {
  readonly ports: readonly number[];
}

export async function startBenchProcess(
  name: 'benchTarget' | 'slowLink',
  ...args: readonly number[]
): Promise<BenchProcess> {
  const script = resolve(repoRoot, `test/bench/${name}.ts`);
  const group = spawnGroup(process.execPath, ['--import', 'tsx', script, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(group.child.stdout!, 'data')) as [Buffer];
  return { ports: line.toString().trim().split(' ').map(Number), [Symbol.asyncDispose]: () => group.end() };
}
