// Who can reach a forward: this machine's or the server's own programs, or the network; as it was really opened, which
// for a remote forward the server decides (sshd_config(5), GatewayPorts).
import { isLoopback } from '../../tunnels/util/address';
import type { BoundAddress } from '../../tunnels/util/address';
import { isWideBind } from '../../tunnels/config/forward';
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';

function isWide(bound: BoundAddress): boolean {
  return 'host' in bound && !isLoopback(bound.host);
}

/** Whether others on the network can reach it now: the badge of a wide bind, worn for as long as it is open. */
export function isOpenToNetwork({ state }: ForwardSnapshot): boolean {
  return state.status === 'listening' && state.bound.some(isWide);
}

/** In a row: a server that does not say is taken to have done what it was asked to. */
export function networkWords(snapshot: ForwardSnapshot): string | undefined {
  if (!isOpenToNetwork(snapshot)) {
    return undefined;
  }
  return isReachUnknown(snapshot)
    ? 'may be open to the network: the server does not say'
    : 'open to the network';
}

/** Of all the forwards of a tunnel. */
export function networkWordsOf(forwards: readonly ForwardSnapshot[]): string | undefined {
  const open = forwards.filter(isOpenToNetwork);
  if (open.length === 0) {
    return undefined;
  }
  return open.every(isReachUnknown) ? 'may be open to the network' : 'open to the network';
}

/** At length, for one forward. */
export function networkSentence(snapshot: ForwardSnapshot): string | undefined {
  const words = networkWords(snapshot);
  if (words === undefined) {
    return undefined;
  }
  const port = snapshot.forward.kind === 'remote' ? 'this port of the server' : 'this port of this machine';
  return isReachUnknown(snapshot)
    ? `May be open to the network: the server does not say whether other machines can connect to ${port}.`
    : `Open to the network: other machines can connect to ${port}.`;
}

function isReachUnknown({ state }: ForwardSnapshot): boolean {
  return state.status === 'listening' && state.isReachUnknown === true;
}

/** Where the server has opened a port wider or narrower than it was asked to: what it did, in a few words and at length. */
export function describeReach(
  snapshot: ForwardSnapshot,
): { readonly brief: string; readonly sentence: string } | undefined {
  const { forward, state } = snapshot;
  if (forward.kind !== 'remote' || state.status !== 'listening') {
    return undefined;
  }
  const asked = isWideBind(forward.listen);
  const open = isOpenToNetwork(snapshot);
  if (asked && !open) {
    return {
      brief: "on the server's loopback only",
      sentence:
        'The server opened it on its loopback only, although a wider address was asked for. ' +
        'Its sshd_config needs "GatewayPorts clientspecified" for that.',
    };
  }
  if (open && !asked) {
    return {
      brief: "by the server's GatewayPorts",
      sentence:
        'The server opened it to its network, although only its loopback was asked for: its sshd_config says "GatewayPorts yes".',
    };
  }
  return undefined;
}
