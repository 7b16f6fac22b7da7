// What OpenSSH's regress tests do with a forward to sshd: a real ssh logs in through it, and reads or writes a file.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Sshd } from '../../support/sshd';

export function read(sshd: Sshd, port: number, file: string): Promise<Buffer> {
  return run(sshd, port, `cat '${file}'`);
}

export async function write(sshd: Sshd, port: number, content: Buffer, file: string): Promise<void> {
  await run(sshd, port, `cat > '${file}'`, content);
}

export function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @throws Error with what ssh says */
function run(sshd: Sshd, port: number, command: string, input?: Buffer): Promise<Buffer> {
  const options = [
    `HostKeyAlias=[127.0.0.1]:${sshd.port}`,
    // ssh's own first choice, sntrup761, takes ten times as long to compute.
    'KexAlgorithms=curve25519-sha256',
  ].flatMap((option) => ['-o', option]);
  const args = ['-F', sshd.configFile, '-p', String(port), ...options, 'test-sshd', command];
  return new Promise((resolve, reject) => {
    const child = execFile(
      'ssh',
      args,
      { encoding: 'buffer', maxBuffer: 1e8, timeout: 15_000 },
      (error, stdout, stderr) => {
        if (error) {
          reject(new Error(`${error.message}: ${stderr.toString()}`));
        } else {
          resolve(stdout);
        }
      },
    );
    child.stdin?.end(input);
  });
}
