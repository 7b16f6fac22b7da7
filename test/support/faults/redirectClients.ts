// Points the clients of a test server to another address, with the same host key.
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import type { TcpAddress } from '../../../src/tunnels/util/address';
import type { Sshd } from '../sshd';

const keyName = 'led-through';

/** From the next connection on, the clients' ssh_config has this address or name. */
export async function redirectClients(sshd: Sshd, { host, port }: TcpAddress): Promise<void> {
  const config = await readFile(sshd.configFile, 'utf8');
  const led = config
    .replace(/^ {2}HostName .*$/m, `  HostName ${host}`)
    .replace(/^ {2}Port .*$/m, `  Port ${port}`);
  if (config.includes(keyName)) {
    await writeFile(sshd.configFile, led);
    return;
  }
  await appendFile(sshd.knownHosts, sshd.hostKeyLines.map((line) => `${keyName} ${line}\n`).join(''));
  await writeFile(sshd.configFile, `${led}  HostKeyAlias ${keyName}\n`);
}
