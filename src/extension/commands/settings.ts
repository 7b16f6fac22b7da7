// The commands that change the settings: edit and remove a tunnel; adding one has a file of its own. A host of ssh_config
// is opened where it stands, and never written.
import * as vscode from 'vscode';
import type { ConfigPlace, DefinitionProblem } from '../../tunnels/model/definition';
import { commandIds } from '../contributions';
import { isTunnelNode } from '../../views/nodes';
import type { TunnelManager } from '../manager';
import { placeOfTunnel, readTunnel, revealTunnel, writeTunnel } from '../settingsFile';
import type { Starter } from '../starter';
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
        // A problem's path begins with the setting and the name, which the place says already.
        await revealTunnel(placeOfTunnel(configured), configured.name, problem?.path.slice(2));
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

function placeInConfig({ path: [file, line] }: DefinitionProblem): ConfigPlace {
  return { file: String(file), line: Number(line) };
}

async function openAtLine({ file, line }: ConfigPlace): Promise<void> {
  const start = new vscode.Position(line - 1, 0);
  const selection = new vscode.Range(start, start);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection });
}
