// Edit and Remove: change a tunnel in the settings. A host of ssh_config is only opened, never written.
import { l10n } from 'vscode';
import type { ConfigLocation, DefinitionProblem } from '../../tunnels/config/definition';
import { isCommandLine } from '../../tunnels/config/moveListen';
import { forwardPaths } from '../../tunnels/config/parsing/parseForward';
import { isRecord } from '../../tunnels/util/parsing';
import type { ConfiguredTunnel } from '../settings/configuredTunnel';
import { commandIds, settingKeys } from '../contributions';
import { plainText } from '../../views/words/format';
import { faultsOf } from '../../tunnels/model/snapshot';
import { isCommandNode } from '../../views/tree/nodes';
import type { CommandNode } from '../../views/tree/nodes';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { openAtLine } from '../ui/openFile';
import { editOverride, revealUserSetting } from '../settings/writeOverrides';
import { settingsLocationOf, readTunnel, revealTunnel, writeTunnel } from '../settings/writeTunnels';
import { offerUndo, pickOne } from '../ui/dialogs';
import type { CommandTable } from './register';
import type { Targets } from './commandArgument';

export interface EditParts {
  readonly manager: TunnelManager;
  readonly targets: Targets;
}

export function editCommands({ manager, targets }: EditParts): CommandTable {
  return {
    [commandIds.edit]: async (argument) => {
      const tunnel = await targets.tunnel(
        argument,
        l10n.t('Edit'),
        () => true,
        l10n.t('No tunnels to edit.'),
      );
      const configured = tunnel && manager.desiredState.find(tunnel.id);
      if (configured) {
        const problem =
          isCommandNode(argument) && argument.kind === 'problem'
            ? faultsOf(configured)[argument.index]
            : undefined;
        if (configured.configLocation) {
          await openAtLine(problem ? configLineOf(problem) : configured.configLocation);
          return;
        }
        await editInSettings(configured, problem, isCommandNode(argument) ? argument : undefined);
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
  const { origin, name, problems } = tunnel;
  const [first] = problems;
  const setting = (problem ?? first)?.path[0];
  if (setting !== undefined && setting !== settingKeys.tunnels) {
    await revealUserSetting(String(setting));
    return;
  }
  // An invalid tunnel is fixed where it is defined. A valid one can be overridden instead.
  const where = origin === 'user' || first ? 'setting' : await askWhere(name);
  if (where === 'override') {
    await editOverride(name);
  } else if (where === 'setting') {
    const location = settingsLocationOf(tunnel);
    // A problem's path starts with the setting and the name; revealTunnel() has both already.
    const written = tunnel.writtenName ?? name;
    const inside = problem?.path.slice(2) ?? partPath(tunnel, row, await readTunnel(location, written));
    await revealTunnel(location, written, inside, problem?.at);
  }
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

async function askWhere(name: string): Promise<'setting' | 'override' | undefined> {
  const picked = await pickOne(
    [
      {
        label: l10n.t("Edit the project's settings"),
        detail: l10n.t('Shared with everyone who works on it'),
        where: 'setting' as const,
      },
      {
        label: l10n.t('Change it only for me'),
        detail: l10n.t("sshTunnels.overrides in your user settings. The project's settings don't change."),
        where: 'override' as const,
      },
    ],
    { title: l10n.t('Edit "{tunnel}"', { tunnel: name }) },
  );
  return picked?.where;
}

function configLineOf({ path: [file, line] }: DefinitionProblem): ConfigLocation {
  return { file: String(file), line: Number(line) };
}
