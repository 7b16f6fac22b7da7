// Edit and Remove: change a tunnel in the settings. A host of ssh_config is only opened, never written.
import { l10n } from 'vscode';
import type { ConfigLocation, DefinitionProblem } from '../../../tunnels/config/definition';
import { isCommandLine } from '../../../tunnels/config/moveListen';
import { forwardPaths } from '../../../tunnels/config/parsing/parseForward';
import { isRecord } from '../../../tunnels/util/parsing';
import { isValidTunnel } from '../../settings/configuredTunnel';
import type { ConfiguredTunnel } from '../../settings/configuredTunnel';
import { commandIds, settingKeys } from '../../contributions';
import { plainText } from '../../../views/words/format';
import { faultsOf } from '../../../tunnels/model/snapshot';
import { isCommandNode } from '../../../views/tree/nodes';
import type { CommandNode } from '../../../views/tree/nodes';
import { openAtLine } from '../../ui/openFile';
import { editOverride, revealUserSetting } from '../../settings/writeOverrides';
import {
  settingsLocationOf,
  readTunnel,
  revealTunnel,
  undoable,
  writeTunnel,
} from '../../settings/writeTunnels';
import { offerUndo } from '../../ui/dialogs';
import type { AddParts } from '../add/saveTunnel';
import type { CommandTable } from '../register';
import { editInSteps } from './editSteps';
import type { Targets } from '../commandArgument';

export interface EditParts extends AddParts {
  readonly targets: Targets;
}

export function editCommands({ targets, ...parts }: EditParts): CommandTable {
  const { manager } = parts;
  return {
    [commandIds.edit]: async (argument) => {
      const tunnel = await targets.tunnel(
        argument,
        l10n.t('Edit'),
        () => true,
        l10n.t('No tunnels to edit.'),
      );
      const configured = tunnel && manager.desiredState.find(tunnel.id);
      if (!configured) {
        return;
      }
      const row = isCommandNode(argument) ? argument : undefined;
      const problem = row?.kind === 'problem' ? faultsOf(configured)[row.index] : configured.problems[0];
      if (configured.configLocation) {
        await openAtLine(
          row?.kind === 'problem' && problem ? configLineOf(problem) : configured.configLocation,
        );
      } else if (problem || row?.kind === 'program' || !isValidTunnel(configured)) {
        await editInSettings(configured, problem, row);
      } else {
        const place = await editInSteps(parts, configured, row?.kind === 'forward' ? row.label : undefined);
        if (place === 'override') {
          await editOverride(configured.name);
        } else if (place === 'setting') {
          await editInSettings(configured, undefined, row);
        }
      }
    },
    [commandIds.startInRemoteWindows]: async (argument) => {
      const tunnel = await targets.tunnel(
        argument,
        l10n.t('Start in Remote Windows Too'),
        ({ staysLocal }) => staysLocal === true,
        l10n.t('No tunnels of yours that start in local windows only.'),
      );
      const configured = tunnel && manager.desiredState.find(tunnel.id);
      if (configured) {
        await startInRemoteWindows(configured);
      }
    },
    [commandIds.remove]: async (argument) => {
      const rows: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
      const found: ConfiguredTunnel[] = [];
      for (const row of rows) {
        const tunnel = await targets.tunnel(
          row,
          l10n.t('Remove'),
          (each) => each.origin !== 'sshConfig',
          l10n.t('No tunnels to remove.'),
        );
        const configured = tunnel && manager.desiredState.find(tunnel.id);
        if (configured && !found.includes(configured)) {
          found.push(configured);
        }
      }
      await remove(found);
    },
  };
}

async function startInRemoteWindows(tunnel: ConfiguredTunnel): Promise<void> {
  const location = settingsLocationOf(tunnel);
  const name = tunnel.writtenName ?? tunnel.name;
  const written = await readTunnel(location, name);
  const value = { ...(isRecord(written) ? written : { ssh: written }), runIn: 'everywhere' };
  const undo = await undoable(location, name, () => writeTunnel(location, name, value));
  const text = l10n.t('"{tunnel}" starts in remote windows too now.', { tunnel: plainText(tunnel.name) });
  void offerUndo(text, undo);
}

/** @throws Error if one of them isn't in the settings; nothing is removed then */
async function remove(tunnels: readonly ConfiguredTunnel[]): Promise<void> {
  const elsewhere = tunnels.find(({ configLocation }) => configLocation !== undefined);
  if (elsewhere?.configLocation) {
    throw new Error(
      l10n.t('"{tunnel}" is defined in {file}. Remove it there.', {
        tunnel: plainText(elsewhere.name),
        file: elsewhere.configLocation.file,
      }),
    );
  }
  const undo: (() => Promise<void>)[] = [];
  for (const tunnel of tunnels) {
    const location = settingsLocationOf(tunnel);
    const written = tunnel.writtenName ?? tunnel.name;
    undo.unshift(await undoable(location, written, () => writeTunnel(location, written, undefined)));
  }
  const [first] = tunnels;
  if (first) {
    const removed =
      tunnels.length === 1
        ? l10n.t('Removed the tunnel "{tunnel}".', { tunnel: plainText(first.name) })
        : l10n.t('Removed {count} tunnels.', { count: tunnels.length });
    void offerUndo(removed, async () => {
      for (const back of undo) {
        await back();
      }
    });
  }
}

async function editInSettings(
  tunnel: ConfiguredTunnel,
  problem: DefinitionProblem | undefined,
  row: CommandNode | undefined,
): Promise<void> {
  const setting = problem?.path[0];
  if (setting !== undefined && setting !== settingKeys.tunnels) {
    await revealUserSetting(String(setting));
    return;
  }
  const location = settingsLocationOf(tunnel);
  // A problem's path starts with the setting and the name; revealTunnel() has both already.
  const written = tunnel.writtenName ?? tunnel.name;
  const inside = problem?.path.slice(2) ?? partPath(tunnel, row, await readTunnel(location, written));
  await revealTunnel(location, written, inside, problem?.at);
}

/** The path of a forward or program inside its tunnel, as written in the settings. */
function partPath(
  { entry }: ConfiguredTunnel,
  row: CommandNode | undefined,
  written: unknown,
): DefinitionProblem['path'] | undefined {
  if (!isRecord(written) || !entry) {
    return undefined;
  }
  switch (row?.kind) {
    case 'forward': {
      const index = entry.definition.forwards.findIndex((forward) => forward.label === row.label);
      return forwardPaths(written)[index];
    }
    case 'program':
      return isCommandLine(written) ? ['ssh'] : ['x11Programs', row.name];
    default:
      return undefined;
  }
}

function configLineOf({ path: [file, line] }: DefinitionProblem): ConfigLocation {
  return { file: String(file), line: Number(line) };
}
