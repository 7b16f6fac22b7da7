// The commands that change the settings: edit and remove a tunnel; adding one has a file of its own.
import * as vscode from 'vscode';
import { commandIds } from '../contributions';
import { isTunnelNode } from '../../views/nodes';
import type { TunnelManager } from '../manager';
import { placeOfTunnel, readTunnel, revealTunnel, writeTunnel } from '../settingsFile';
import type { Starter } from '../starter';
import { addTunnel } from './add';
import { quoted } from './lifecycle';
import type { CommandTable } from './register';
import type { Targets } from './target';

export interface SettingsParts {
  readonly manager: TunnelManager;
  readonly starter: Starter;
  readonly targets: Targets;
}

export function settingsCommands({ manager, starter, targets }: SettingsParts): CommandTable {
  return {
    [commandIds.add]: () => addTunnel(manager, starter),
    [commandIds.edit]: async (argument) => {
      const tunnel = await targets.tunnel(argument, 'Edit', () => true);
      const configured = tunnel && manager.wishes.find(tunnel.id);
      if (configured) {
        const problem =
          isTunnelNode(argument) && argument.kind === 'problem'
            ? configured.problems[argument.index]
            : undefined;
        // A problem's path begins with the setting and the name, which the place says already.
        await revealTunnel(placeOfTunnel(configured), configured.name, problem?.path.slice(2));
      }
    },
    [commandIds.remove]: async (argument) => {
      const tunnel = await targets.tunnel(argument, 'Remove', () => true);
      const configured = tunnel && manager.wishes.find(tunnel.id);
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

async function offerUndo(message: string, undo: () => Promise<void>): Promise<void> {
  const undoLabel = 'Undo';
  if ((await vscode.window.showInformationMessage(message, undoLabel)) === undoLabel) {
    await undo();
  }
}
