// The end of Edit: a change becomes values of the settings, is written, and is applied to a tunnel that runs.
import { isDeepStrictEqual } from 'node:util';
import { listenValue } from '../../../tunnels/config/moveListen';
import { keyOfKind } from '../../../tunnels/config/parsing/parseForward';
import { formatAddress } from '../../../tunnels/util/address';
import { valueAt } from '../../../tunnels/util/jsonPath';
import type { JsonChange, JsonPath } from '../../../tunnels/util/jsonPath';
import { isRecord } from '../../../tunnels/util/parsing';
import { changeEntry } from '../../settings/changeEntry';
import type { EntryChange } from '../../settings/changeEntry';
import type { ValidTunnel } from '../../settings/configuredTunnel';
import type { ForwardChoice } from '../add/forwardStep';
import { untilRead } from '../add/saveTunnel';
import { rejectFailedPorts } from '../failedPorts';
import { attributeFailure } from '../register';
import type { AddParts } from '../add/saveTunnel';
import { forwardSetting } from '../add/typedForward';

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

/** @throws Error if the settings have changed meanwhile, or don't take the change */
export async function saveChange(
  { manager, consents, interactiveStart, reveal }: AddParts,
  tunnel: ValidTunnel,
  written: unknown,
  change: EntryChange,
): Promise<SavedChange> {
  const isWanted = isRunning(manager, tunnel.id);
  const { desiredState } = manager;
  const { id, entry, undo } = await changeEntry({ consents, desiredState }, tunnel, written, change);
  const goOn = async (): Promise<void> => {
    await untilRead(manager, id, (now) => isDeepStrictEqual(now.projectEntry ?? now.entry, entry));
    if (isWanted && desiredState.find(id)) {
      void reveal(id).catch(() => undefined);
      await attributeFailure(id, interactiveStart.start(id));
      await rejectFailedPorts(manager, id);
    }
  };
  return { undo, goOn };
}

function isRunning(manager: AddParts['manager'], id: string): boolean {
  const status = manager.tunnels.find((each) => each.id === id)?.state.status;
  return status !== undefined && status !== 'stopped' && status !== 'idle';
}
