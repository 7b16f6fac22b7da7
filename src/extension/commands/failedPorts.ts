// Tells the user who has started a tunnel that it is up without some of its ports.
import { l10n } from 'vscode';
import type { Forward } from '../../tunnels/config/forward';
import { TunnelFailure } from '../../tunnels/errors/errors';
import type { TunnelError } from '../../tunnels/errors/errors';
import { forwardNode } from '../../views/tree/nodes';
import { explainFailure } from '../tunnels/interactiveStart';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { TunnelCommandError } from './register';

/** Milliseconds that the ports may take after the login. */
const openingMs = 5000;

/** @throws TunnelCommandError with the first port that failed, if the tunnel is up */
export async function rejectFailedPorts(manager: TunnelManager, id: string): Promise<void> {
  const tunnel = (): TunnelManager['tunnels'][number] | undefined =>
    manager.tunnels.find((each) => each.id === id);
  const end = Date.now() + openingMs;
  while (tunnel()?.forwards.some(({ state }) => state.status === 'opening') === true && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { state, forwards = [] } = tunnel() ?? {};
  const failed = forwards.flatMap(({ forward, state: ofForward }) =>
    ofForward.status === 'failed' && !isAskedAbout(forward, ofForward.error)
      ? [{ label: forward.label, failure: new TunnelFailure(ofForward.error) }]
      : [],
  );
  const [first] = failed;
  if (first && state?.status === 'up') {
    const error = explainFailure(first.failure);
    const text =
      failed.length === 1
        ? error
        : l10n.t('{error} Ports that failed: {count}.', { error, count: failed.length });
    throw new TunnelCommandError(forwardNode(id, first.label), first.failure, text);
  }
}

/** The question about a busy port tells the same. */
function isAskedAbout(forward: Forward, { code }: TunnelError): boolean {
  return forward.kind !== 'remote' && forward.ifPortBusy === 'ask' && code === 'AddressInUse';
}
