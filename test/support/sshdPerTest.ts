// Starts real SSH servers that are stopped after each test.
import { afterEach } from 'mocha';
import { startSshd } from './sshd';
import type { Sshd, SshdOptions } from './sshd';

/** Call it inside `describe`. @returns starts a server, which logs at DEBUG1 unless the options say otherwise */
export function sshdPerTest(): (options?: SshdOptions) => Promise<Sshd> {
  const sshds: Sshd[] = [];
  afterEach(async () => {
    for (const sshd of sshds.splice(0)) {
      await sshd.stop();
    }
  });
  return async (options = {}) => {
    const sshd = await startSshd({ logLevel: 'DEBUG1', ...options });
    sshds.push(sshd);
    return sshd;
  };
}
