// How long a client waits for a new connection, for an answer over an open one, and for a tunnel to come up and to stop.
import type { Contender } from './contender';
import type { Options } from './options';
import type { Row } from './report';
import { percentile } from './statistics';
import { answerTime, ask, greetingTime, roundTripTime } from './transfers';
import { startBenchSetup } from './benchSetup';

const connectionsPerRound = 40;
const roundTripsPerRound = 100;
/** The limit for a new connection, as a multiple of OpenSSH's time. */
const most = 2;

type Samples = ReadonlyMap<Contender, readonly number[]>;

export async function measureLatency(options: Options): Promise<readonly Row[]> {
  const { rounds } = options;
  await using setup = await startBenchSetup(options);
  const { openssh, ours } = setup;
  const contenders = [openssh, ...ours];
  const connections = connectionsPerRound * rounds;
  const greetings = await inTurn(contenders, connections, ({ greetingPort }) => greetingTime(greetingPort));
  const answers = await inTurn(contenders, connections, ({ port }) => answerTime(port));
  const open = new Map(
    await Promise.all(
      contenders.map(async (contender) => [contender, await ask(contender.port, { do: 'echo' })] as const),
    ),
  );
  const trips = await inTurn(contenders, roundTripsPerRound * rounds, (contender) =>
    roundTripTime(open.get(contender)!),
  );
  for (const socket of open.values()) {
    socket.destroy();
  }
  const stops = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  const starts = await inTurn(contenders, rounds, async (contender) => {
    const { ready, stopped } = await contender.startAndStop();
    stops.get(contender)?.push(stopped);
    return ready;
  });
  return [
    row('new connection, server greets, p50', greetings, 0.5, openssh, most),
    row('new connection, server greets, p95', greetings, 0.95, openssh),
    row('new connection, client speaks first, p50', answers, 0.5, openssh, most),
    row('new connection, client speaks first, p95', answers, 0.95, openssh),
    row('round trip of a byte, p50', trips, 0.5, openssh),
    row('round trip of a byte, p95', trips, 0.95, openssh),
    row('new tunnel until its first byte', starts, 0.5, openssh),
    withinTwoSeconds(row('stop with 20 downloads under way, slowest', stops, 1, openssh)),
  ];
}

/** A limit for every single stop, however long ssh takes. */
function withinTwoSeconds(stops: Row): Row {
  const { OpenSSH: _reference, ...ours } = stops.values;
  return { ...stops, goal: '≤ 2000', reached: Object.values(ours).every((time) => time <= 2000) };
}

/** One by one, so that all have the same conditions. The first few warm up and don't count. */
async function inTurn(
  contenders: readonly Contender[],
  count: number,
  measure: (contender: Contender) => Promise<number>,
): Promise<Samples> {
  const warmUp = Math.ceil(count / 10);
  const samples = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  for (let n = 0; n < count + warmUp; n++) {
    for (const contender of n % 2 === 0 ? contenders : contenders.toReversed()) {
      const time = await measure(contender);
      if (n >= warmUp) {
        samples.get(contender)?.push(time);
      }
    }
  }
  return samples;
}

function row(what: string, samples: Samples, share: number, openssh: Contender, limit?: number): Row {
  const values = Object.fromEntries(
    [...samples].map(([{ name }, times]) => [name, percentile(times, share)] as const),
  );
  const reference = values[openssh.name] ?? NaN;
  const ratios = Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name !== openssh.name)
      .map(([name, value]) => [name, value / reference]),
  );
  const goal =
    limit === undefined
      ? {}
      : { goal: `≤ ${limit}`, reached: Object.values(ratios).every((ratio) => ratio <= limit) };
  return { what, unit: 'ms', values, ratios, ...goal };
}
