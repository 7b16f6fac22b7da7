// Work between dialling a server and the session with it: the connection may end meanwhile, and nothing else notices yet.
import type { Duplex } from 'node:stream';
import { TunnelFailure } from '../../errors/errors';
import { connectionLost } from '../../errors/ssh/connectionLost';
import { unlessAborted } from '../../util/promises';

/**
 * Does what must be done before a session listens to the transport. If it fails, the transport is closed.
 * @param work gets a signal that is aborted when the transport ends
 * @throws TunnelFailure ConnectionLost when the transport fails meanwhile
 */
export async function whileOpen<T>(
  transport: Duplex,
  hostName: string,
  work: (ended: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const onEnd = (error?: unknown): void => {
    const detail = error instanceof Error ? error.message : undefined;
    ended.abort(new TunnelFailure(connectionLost(hostName, detail)));
  };
  transport.once('error', onEnd).once('close', onEnd);
  try {
    return await unlessAborted(work(ended.signal), ended.signal);
  } catch (error) {
    transport.destroy();
    throw error;
  } finally {
    transport.off('error', onEnd).off('close', onEnd);
  }
}
