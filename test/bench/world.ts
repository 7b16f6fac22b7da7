// Everything that runs while the bench measures: an sshd, the target, and the contenders, each in its own process.
import { once } from 'node:events';
import { basename, resolve } from 'node:path';
import { spawnGroup } from '../support/processGroup.mjs';
import { repoRoot } from '../support/setup.mjs';
import { startSshd } from '../support/sshd';
import type { Contender } from './contender';
import { startOpenssh } from './opensshContender';
import type { Options } from './options';
import { startTunnelHost } from './tunnelHostContender';

export interface World extends AsyncDisposable {
  readonly openssh: Contender;
  readonly ours: readonly Contender[];
}

export async function startWorld(options: Options, resultsDir: string): Promise<World> {
  const running: AsyncDisposable[] = [];
  const stop = async (): Promise<void> => {
    for (const part of running.reverse()) {
      await part[Symbol.asyncDispose]();
    }
  };
  try {
    // The server decides: whoever gets in uses this cipher.
    const sshd = await startSshd({ config: [`Ciphers ${options.cipher}`] });
    running.push(sshd);
    const target = await startTarget();
    running.push(target);
    const openssh = await startOpenssh(sshd, target.port);
    running.push(openssh);
    const ours: Contender[] = [];
    for (const [index, script] of options.hosts.entries()) {
      const name = index === 0 ? 'ours' : `ours ${index + 1} (${basename(script)})`;
      const profileDir = options.profile ? resultsDir : undefined;
      const host = await startTunnelHost({ name, script, profileDir }, sshd, target.port);
      running.push(host);
      ours.push(host);
    }
    return { openssh, ours, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startTarget(): Promise<AsyncDisposable & { readonly port: number }> {
  const script = resolve(repoRoot, 'test/bench/peer.ts');
  const group = spawnGroup(process.execPath, ['--import', 'tsx', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(group.child.stdout!, 'data')) as [Buffer];
  return { port: Number(line.toString()), [Symbol.asyncDispose]: () => group.end() };
}
