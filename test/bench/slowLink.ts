// A simulated long distance in its own process: a TCP relay that passes each byte on after half a round trip, limited
// to a rate. Arguments: the port behind it, milliseconds of a round trip, bytes per second. Prints its port on
// stdout.
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

const [portBehind = NaN, roundTrip = NaN, bytesPerSecond = NaN] = process.argv.slice(2).map(Number);

function delay(from: Socket, to: Socket): void {
  const queue: { readonly due: number; readonly data: Buffer }[] = [];
  let free = 0;
  let timer: NodeJS.Timeout | undefined;
  const deliver = (): void => {
    timer = undefined;
    const now = performance.now();
    while (queue[0] && queue[0].due <= now) {
      to.write(queue.shift()!.data);
    }
    if (queue[0]) {
      timer = setTimeout(deliver, queue[0].due - now);
    }
  };
  from.on('data', (data) => {
    free = Math.max(performance.now(), free) + (data.length / bytesPerSecond) * 1000;
    queue.push({ due: free + roundTrip / 2, data });
    timer ??= setTimeout(deliver, queue[0]!.due - performance.now());
  });
  from.on('error', () => undefined).on('close', () => to.destroy());
}

const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ host: '127.0.0.1', port: portBehind, noDelay: true });
  delay(near, far);
  delay(far, near);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
