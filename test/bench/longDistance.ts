// The same transfers over a long distance, where the SSH windows limit the rate.
import type { Options } from './options';
import type { Row } from './report';
import { measureTransfers } from './throughput';
import { startBenchSetup } from './benchSetup';

/** A good line to a server on another continent: 400 Mbit/s. */
const distance = { roundTrip: 50, bytesPerSecond: 50e6 };

export async function measureDistance(options: Options): Promise<readonly Row[]> {
  await using setup = await startBenchSetup(options, { distance });
  return await measureTransfers(setup, options);
}
