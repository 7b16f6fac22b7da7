// The commands that change the settings: edit and remove a tunnel; adding one has a file of its own. A host of ssh_config
// is opened where it stands, and never written.
import type { ConfigPlace, DefinitionProblem } from '../../tunnels/config/definition';
import { isCommandLine } from '../../tunnels/config/moveListen';
import { forwardPaths } from '../../tunnels/config/parseForward';
import { isRecord } from '../../tunnels/util/text';
import type { ConfiguredTunnel } from '../settings/configuredTunnel';
import { commandIds, settingKeys } from '../contributions';
import { isTunnelNode } from '../../views/tree/nodes';
import type { TunnelNode } from '../../views/tree/nodes';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { openAtLine } from '../ui/openFile';
import { editOverride, revealOverrides } from '../settings/writeOverrides';
import { placeOfTunnel, readTunnel, revealTunnel, writeTunnel } from '../settings/writeTunnels';
import { pickOne } from '../ui/dialogs';
import type { Starter } from '../tunnels/interactiveStart';
import { addTunnel } from './add';
import { quoted } from './lifecycle';
import type { CommandTable } from './register';
import type { Targets } from './target';
import { offerUndo } from './undo';

export interface SettingsParts {
  readonly manager: TunnelManager;
  readonly starter: Starter;
  readonly targets: Targets;
}

export function settingsCommands({ manager, starter, targets }: SettingsParts): CommandTable {
  return {
    [commandIds.add]: () => addTunnel({ manager, starter }),
    [commandIds.edit]: async (argument) => {
      const tunnel = await targets.tunnel(argument, 'Edit', () => true);
      const configured = tunnel && manager.wishes.find(tunnel.id);
      if (configured) {
        const problem =
          isTunnelNode(argument) && argument.kind === 'problem'
            ? configured.problems[argument.index]
            : undefined;
        if (configured.configPlace) {
          await openAtLine(problem ? placeInConfig(problem) : configured.configPlace);
          return;
        }
        await editInSettings(configured, problem, isTunnelNode(argument) ? argument : undefined);
      }
    },
    [commandIds.remove]: async (argument) => {
      const tunnel = await targets.tunnel(argument, 'Remove', (each) => each.origin !== 'sshConfig');
      const configured = tunnel && manager.wishes.find(tunnel.id);
      if (configured?.configPlace) {
        throw new Error(`${quoted(configured)} stands in ${configured.configPlace.file}: remove it there.`);
      }
      if (configured) {
        const place = placeOfTunnel(configured);
        const value = await readTunnel(place, configured.name);
        await writeTunnel(place, configured.name, undefined);
        void offerUndo(`Removed the tunnel ${quoted(configured)}.`, () =>
          writeTunnel(place, configured.name, value),
        );
      }
    },
  };
}

async function editInSettings(
  tunnel: ConfiguredTunnel,
  problem: DefinitionProblem | undefined,
  row: TunnelNode | undefined,
): Promise<void> {
  const { origin, name, problems } = tunnel;
  const [first] = problems;
  if ((problem ?? first)?.path[0] === settingKeys.overrides) {
    await revealOverrides();
    return;
  }
  // What is wrong is mended where it stands; of what works, a user may want another for themselves.
  const where = origin === 'user' || first ? 'setting' : await askWhere(name);
  if (where === 'override') {
    await editOverride(name);
  } else if (where === 'setting') {
    const place = placeOfTunnel(tunnel);
    // A problem's path begins with the setting and the name, which the place says already.
    const inside = problem?.path.slice(2) ?? partPath(tunnel, row, await readTunnel(place, name));
    await revealTunnel(place, name, inside, problem?.at);
  }
}

/** Where a forward or a program stands in its tunnel, as that is written. */
function partPath(
  { entry }: ConfiguredTunnel,
  row: TunnelNode | undefined,
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
        label: "Edit the project's settings",
        detail: 'For everybody who works on it',
        where: 'setting' as const,
      },
      {
        label: 'Change it for me alone',
        detail: 'Your user settings, sshTunnels.overrides: the project stays as it is',
        where: 'override' as const,
      },
    ],
    { title: `Edit "${name}"` },
  );
  return picked?.where;
}

function placeInConfig({ path: [file, line] }: DefinitionProblem): ConfigPlace {
  return { file: String(file), line: Number(line) };
}
