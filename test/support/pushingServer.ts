// A real sshd whose PAM asks for approval on another device, and waits for it without a prompt, as with Duo's push.
import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { pamService } from './pamService';
import { startSshd } from './sshd';
import type { Sshd } from './sshd';
import type { TempDir } from './tempDir';
import type { TemporaryUser } from './temporaryUser';

export interface PushingServer extends AsyncDisposable {
  readonly sshd: Sshd;
  /** Approves one push, the current or the next one. */
  readonly approve: () => Promise<void>;
  /** How many pushes it has sent. */
  readonly pushes: () => Promise<number>;
}

/** When it pushes; lines of sshd_config, and of the client's ssh_config. */
export type PushOptions = readonly [
  when: 'at once' | 'after the password',
  config: readonly string[],
  clientConfig?: readonly string[],
];

/** @throws Error unless the tests run as root */
export async function startPushingServer(
  dir: TempDir,
  user: TemporaryUser,
  ...[when, config, clientConfig = []]: PushOptions
): Promise<PushingServer> {
  const name = randomBytes(4).toString('hex');
  const [sent, approved] = [dir.file(`${name}.sent`), dir.file(`${name}.approved`)];
  const script = await dir.write(
    `${name}.sh`,
    `#!/bin/sh\necho push >> ${sent}\nwhile [ ! -e ${approved} ]; do sleep 0.1; done\nrm ${approved}\n`,
  );
  await chmod(script, 0o755);
  const push = `requisite pam_exec.so quiet ${script}`;
  const service = await pamService(
    dir,
    when === 'at once' ? [push, 'required pam_permit.so'] : ['requisite pam_unix.so', push],
  );
  const sshd = await startSshd({
    logLevel: 'DEBUG1',
    config: ['UsePAM yes', ...config],
    program: service.program,
    clientConfig: [`User ${user.name}`, ...clientConfig],
  });
  await writeFile(sshd.authorizedKeys, '');
  return {
    sshd,
    approve: () => writeFile(approved, ''),
    pushes: async () => (await readFile(sent, 'utf8').catch(() => '')).split('\n').length - 1,
    async [Symbol.asyncDispose]() {
      await sshd.stop();
      await service[Symbol.asyncDispose]();
    },
  };
}
