// Whether the received bytes are those that were sent: the digest of a gigabyte in each direction, and of several at
// once, during repeated rekeys by the server.
import { digestOf } from './bytes';
import type { Options } from './options';
import type { Row } from './report';
import { downloadDigest, uploadDigest } from './transfers';
import { startBenchSetup } from './benchSetup';

const gibibyte = 1024 ** 3;
const atOnce = 8;

export async function checkIntegrity(options: Options): Promise<readonly Row[]> {
  await using setup = await startBenchSetup(options, { serverConfig: ['RekeyLimit 100M'] });
  const [whole, share] = [digestOf(gibibyte), digestOf(gibibyte / atOnce)];
  const rows: Row[] = [];
  for (const { name, port } of setup.ours) {
    const mixed = Array.from({ length: atOnce }, (_, n) =>
      (n % 2 === 0 ? downloadDigest : uploadDigest)(port, gibibyte / atOnce),
    );
    rows.push(
      row(name, 'download', [await downloadDigest(port, gibibyte)], whole),
      row(name, 'upload', [await uploadDigest(port, gibibyte)], whole),
      row(name, `${atOnce} at once, half of them each way`, await Promise.all(mixed), share),
    );
  }
  return rows;
}

function row(name: string, what: string, digests: readonly string[], expected: string): Row {
  const right = digests.filter((digest) => digest === expected).length;
  return {
    what: `sha256, ${what}`,
    unit: 'right',
    values: { [name]: right },
    goal: `= ${digests.length}`,
    reached: right === digests.length,
  };
}
