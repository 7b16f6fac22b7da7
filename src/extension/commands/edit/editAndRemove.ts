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
import { settingsLocationOf, readTunnel, revealTunnel, writeTunnel } from '../../settings/writeTunnels';
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
    [commandIds.remove]: async (argument) => {
      const tunnel = await targets.tunnel(
        argument,
        l10n.t('Remove'),
        (each) => each.origin !== 'sshConfig',
        l10n.t('No tunnels to remove.'),
      );
      const configured = tunnel && manager.desiredState.find(tunnel.id);
      if (configured?.configLocation) {
        throw new Error(
          l10n.t('"{tunnel}" is defined in {file}. Remove it there.', {
            tunnel: plainText(configured.name),
            file: configured.configLocation.file,
          }),
        );
      }
      if (configured) {
        const location = settingsLocationOf(configured);
        const written = configured.writtenName ?? configured.name;
        const value = await readTunnel(location, written);
        await writeTunnel(location, written, undefined);
        const removed = l10n.t('Removed the tunnel "{tunnel}".', { tunnel: plainText(configured.name) });
        void offerUndo(removed, () => writeTunnel(location, written, value));
      }
    },
  };
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
