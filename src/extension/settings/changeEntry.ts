// Changes a tunnel where it is defined. Existing consent stays valid, because the user has just typed the change.
import { isDeepStrictEqual } from 'node:util';
import { l10n } from 'vscode';
import { opensWide } from '../../tunnels/config/definition';
import type { TunnelEntry } from '../../tunnels/config/definition';
import { parseTunnel } from '../../tunnels/config/parsing/parseTunnel';
import type { ParsedTunnel } from '../../tunnels/config/parsing/parseTunnel';
import { TunnelFailure } from '../../tunnels/errors/errors';
import { valueAt, withValueAt } from '../../tunnels/util/jsonPath';
import type { JsonChange } from '../../tunnels/util/jsonPath';
import { localize } from '../../tunnels/util/l10n';
import type { Consents } from '../consent/consents';
import type { DesiredState } from '../tunnels/desiredState';
import { authorOf, isFromWorkspace, isValidTunnel } from './configuredTunnel';
import type { ValidTunnel } from './configuredTunnel';
import { pathVariables, withWrittenOverride } from './readSettings';
import { readOverride } from './writeOverrides';
import { changeTunnel, renameTunnel, settingsLocationOf } from './writeTunnels';

export interface ChangeParts {
  readonly consents: Consents;
  readonly desiredState: DesiredState;
}

export interface EntryChange {
  readonly changes: readonly JsonChange[];
  /** undefined: it keeps its name. */
  readonly name?: string;
}

export interface ChangedEntry {
  readonly id: string;
  readonly entry: TunnelEntry;
  readonly undo: () => Promise<void>;
}

/**
 * @param written the tunnel as it stands in the settings
 * @throws Error if the change makes it invalid, or if the settings have changed since they were read
 */
export async function changeEntry(
  { consents, desiredState }: ChangeParts,
  tunnel: ValidTunnel,
  written: unknown,
  { changes, name = tunnel.name }: EntryChange,
): Promise<ChangedEntry> {
  const location = settingsLocationOf(tunnel);
  const key = tunnel.writtenName ?? tunnel.name;
  const entry = entryAfter(tunnel, written, changes);
  const id = `${tunnel.id.slice(0, -tunnel.name.length)}${name}`;
  // An empty path is the whole tunnel, as an ssh command.
  const isHostTyped = changes.some(
    ({ path: [first] }) => first === undefined || first === 'host' || first === 'ssh',
  );
  const carryOver = async (from: ValidTunnel, to: ValidTunnel | undefined): Promise<void> => {
    // That a port is opened to the network is asked about, whoever has typed it.
    if (to && (opensWide(from.entry.definition) || !opensWide(to.entry.definition))) {
      await consents.carryOver(from, to, { isHostTyped }).catch(ignoreUnresolved);
    }
  };
  await consents.duringChange(async () => {
    await carryOver(tunnel, withEntry({ ...tunnel, id, name }, entry));
    await (name === tunnel.name
      ? changeTunnel(location, key, ...changes)
      : renameTunnel(location, key, name));
  });
  const back = changes.map(({ path }) => ({ path, value: valueAt(written, path) })).toReversed();
  const undo = (): Promise<void> =>
    consents.duringChange(async () => {
      const now = desiredState.find(id);
      if (now && isValidTunnel(now)) {
        await carryOver(now, tunnel);
      }
      await (name === tunnel.name ? changeTunnel(location, key, ...back) : renameTunnel(location, name, key));
    });
  return { id, entry, undo };
}

/** @returns undefined if the user's override doesn't fit the entry: the tunnel will be off, and say so */
function withEntry(tunnel: ValidTunnel, entry: TunnelEntry): ValidTunnel | undefined {
  const { projectEntry: _old, ...rest } = tunnel;
  const override = isFromWorkspace(tunnel.origin) ? readOverride(tunnel.name) : undefined;
  if (override === undefined) {
    return { ...rest, entry };
  }
  const applied = withWrittenOverride(entry, override, tunnel.folderUri);
  return 'entry' in applied ? { ...rest, entry: applied.entry, projectEntry: entry } : undefined;
}

/** The consent stays as it was: the start asks, and says what is wrong with the host. */
function ignoreUnresolved(error: unknown): void {
  if (!(error instanceof TunnelFailure)) {
    throw error;
  }
}

/**
 * @param written the tunnel as it stands in the settings
 * @returns the entry that the changes make of it
 * @throws Error if it isn't valid, or if the settings have changed since they were read
 */
function entryAfter(
  { name, origin, folderUri, entry, projectEntry }: ValidTunnel,
  written: unknown,
  changes: readonly JsonChange[],
): TunnelEntry {
  const parse = (value: unknown): ParsedTunnel =>
    parseTunnel(name, value, authorOf(origin), pathVariables(folderUri));
  const before = parse(written);
  // Otherwise the consent to what was read before would cover what the file says now.
  if (!('entry' in before) || !isDeepStrictEqual(before.entry, projectEntry ?? entry)) {
    throw new Error(
      l10n.t('"{name}" has changed in the settings meanwhile. Save them if they aren\'t, and try again.', {
        name,
      }),
    );
  }
  const parsed = parse(changes.reduce(withValueAt, written));
  if ('problems' in parsed) {
    const [problem] = parsed.problems;
    throw new Error(
      problem ? localize(problem.message, l10n) : l10n.t('"{name}" is invalid in the settings.', { name }),
    );
  }
  return parsed.entry;
}
