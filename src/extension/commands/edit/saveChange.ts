// The end of Edit: a change becomes values of the settings, is written, and is applied to a tunnel that runs.
import { isDeepStrictEqual } from 'node:util';
import { opensWide } from '../../../tunnels/config/definition';
import { listenValue } from '../../../tunnels/config/moveListen';
import { keyOfKind } from '../../../tunnels/config/parsing/parseForward';
import { formatAddress } from '../../../tunnels/util/address';
import { valueAt } from '../../../tunnels/util/jsonPath';
import type { JsonChange, JsonPath } from '../../../tunnels/util/jsonPath';
import { isRecord } from '../../../tunnels/util/parsing';
import { entryAfter } from '../../settings/changePort';
import type { ValidTunnel } from '../../settings/configuredTunnel';
import { changeTunnel, renameTunnel, settingsLocationOf } from '../../settings/writeTunnels';
import type { ForwardChoice } from '../add/forwardStep';
import { untilRead } from '../add/saveTunnel';
import { rejectFailedPorts } from '../failedPorts';
import { attributeFailure } from '../register';
import type { AddParts } from '../add/saveTunnel';
import { forwardSetting } from '../add/typedForward';

export type Change =
  | { readonly kind: 'values'; readonly changes: readonly JsonChange[] }
  | { readonly kind: 'name'; readonly name: string };

/** @param path of the forward in the tunnel; undefined: it is new */
export function forwardChanges(
  written: unknown,
  path: JsonPath | undefined,
  { forward, listen }: ForwardChoice,
): readonly JsonChange[] {
  const value = forwardSetting(forward, listen);
  if (path === undefined) {
    const key = keyOfKind[forward.kind];
    const old = valueAt(written, [key]);
    return [
      Array.isArray(old)
        ? { path: [key, old.length], value }
        : { path: [key], value: old === undefined ? [value] : [old, value] },
    ];
  }
  // Its label and the like stay.
  if (!isRecord(valueAt(written, path))) {
    return [{ path, value }];
  }
  const { target } = forward;
  const keys = isRecord(value)
    ? value
    : { listen: listenValue(listen), ...(target === undefined ? {} : { target: formatAddress(target) }) };
  return Object.entries(keys).map(([key, each]) => ({ path: [...path, key], value: each }));
}

export interface SavedChange {
  readonly undo: () => Promise<void>;
  /** Starts the changed tunnel if it was running. @throws TunnelCommandError */
  readonly goOn: () => Promise<void>;
}

/**
 * @throws Error if the settings have changed meanwhile, or don't take the change
 */
export async function saveChange(
  { manager, consents, interactiveStart, reveal }: AddParts,
  tunnel: ValidTunnel,
  written: unknown,
  change: Change,
): Promise<SavedChange> {
  const location = settingsLocationOf(tunnel);
  const old = tunnel.writtenName ?? tunnel.name;
  const now = change.kind === 'name' ? change.name : tunnel.name;
  const id = `${tunnel.id.slice(0, -tunnel.name.length)}${now}`;
  const changes = change.kind === 'values' ? change.changes : [];
  const after = entryAfter(tunnel, written, changes);
  const isWanted = isRunning(manager, tunnel.id);
  // The user has just typed it. That it opens a port to the network is asked about whoever did.
  const isAllowed =
    consents.isAllowed(tunnel) && (opensWide(tunnel.entry.definition) || !opensWide(after.definition));
  await consents.duringChange(async () => {
    await (change.kind === 'name'
      ? renameTunnel(location, old, now)
      : changeTunnel(location, old, ...changes));
    await untilRead(manager, id, ({ entry, projectEntry }) =>
      isDeepStrictEqual(projectEntry ?? entry, after),
    );
    const changed = manager.desiredState.find(id);
    if (isAllowed && changed?.entry) {
      await consents.allow(await consents.resolve({ ...changed, entry: changed.entry }));
      manager.refresh();
    }
  });
  const back = changes.map(({ path }) => ({ path, value: valueAt(written, path) }));
  return {
    undo: () =>
      change.kind === 'name'
        ? renameTunnel(location, now, old)
        : changeTunnel(location, old, ...back.toReversed()),
    goOn: async () => {
      if (isWanted && manager.desiredState.find(id)) {
        void reveal(id).catch(() => undefined);
        await attributeFailure(id, interactiveStart.start(id));
        await rejectFailedPorts(manager, id);
      }
    },
  };
}

function isRunning(manager: AddParts['manager'], id: string): boolean {
  const status = manager.tunnels.find((each) => each.id === id)?.state.status;
  return status !== undefined && status !== 'stopped' && status !== 'idle';
}
