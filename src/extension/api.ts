// What activate() returns: the published API (api.d.ts), built from the manager's snapshots.
import * as vscode from 'vscode';
import { formatAddress } from '../tunnels/util/address';
import { errorWords } from '../tunnels/errors/errors';
import type { TunnelError } from '../tunnels/errors/errors';
import { forwardTarget } from '../tunnels/config/forward';
import { formatDestination } from '../tunnels/config/definition';
import { isTunnelDegraded } from '../tunnels/model/snapshot';
import type { ForwardSnapshot, TunnelSnapshot } from '../tunnels/model/snapshot';
import { errorOf } from '../tunnels/model/state';
import type { ForwardInfo, SshTunnelsApi, TunnelInfo } from './api.d';
import type { TunnelManager } from './tunnels/tunnelManager';
import { findTunnel } from './tunnels/findTunnel';
import type { InteractiveStart } from './tunnels/interactiveStart';

export function createApi(
  manager: TunnelManager,
  interactiveStart: InteractiveStart,
  /** Resolves when the tunnels from ssh_config are known too. */
  whenLoaded: () => Promise<void>,
): { readonly api: SshTunnelsApi; dispose(): void } {
  const changed = new vscode.EventEmitter<readonly TunnelInfo[]>();
  const list = (): readonly TunnelInfo[] => manager.tunnels.map(infoOf);
  const subscription = manager.onDidChange((change) => {
    if (change.kind === 'structure' || !change.counters) {
      changed.fire(list());
    }
  });
  const find = (nameOrId: string): TunnelSnapshot => findTunnel(nameOrId, manager.tunnels);
  const api: SshTunnelsApi = {
    version: 1,
    get tunnels() {
      return list();
    },
    onDidChangeTunnels: changed.event,
    async start(nameOrId) {
      await whenLoaded();
      const { id } = find(nameOrId);
      await interactiveStart.start(id);
      return infoOf(find(id));
    },
    async stop(nameOrId) {
      await whenLoaded();
      await manager.stop(find(nameOrId).id);
    },
    async whenSettled() {
      await whenLoaded();
      await manager.whenSettled();
    },
  };
  return {
    api,
    dispose() {
      subscription.dispose();
      changed.dispose();
    },
  };
}

function infoOf(tunnel: TunnelSnapshot): TunnelInfo {
  const { id, name, origin, folder, entry, state, forwards } = tunnel;
  return {
    id,
    name,
    origin,
    ...(folder === undefined ? {} : { folder }),
    host: entry ? formatDestination(entry.definition) : '',
    status: state.status,
    degraded: isTunnelDegraded(tunnel),
    ...errorField(errorOf(state)),
    forwards: forwards.map(forwardInfoOf),
  };
}

function forwardInfoOf({ forward, state }: ForwardSnapshot): ForwardInfo {
  const target = forwardTarget(forward);
  const counters =
    state.status === 'listening' ? state : { bound: [], connections: 0, bytesIn: 0, bytesOut: 0 };
  const error =
    state.status === 'failed' ? state.error : state.status === 'listening' ? state.lastError : undefined;
  return {
    kind: forward.kind,
    label: forward.label,
    status: state.status,
    bound: counters.bound,
    ...(target ? { target: formatAddress(target) } : {}),
    connections: counters.connections,
    bytesIn: counters.bytesIn,
    bytesOut: counters.bytesOut,
    ...errorField(error),
  };
}

function errorField(error: TunnelError | undefined): Pick<TunnelInfo, 'error'> {
  return error ? { error: { code: error.code, message: errorWords(error, vscode.l10n).message } } : {};
}
