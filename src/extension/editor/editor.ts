// Registers what integrates tunnels into VS Code: variables, tasks, debugging, links, language-model tools, terminals,
// browsers and the Ports view.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { registerCommands } from '../commands/register';
import type { CommandSurroundings } from '../commands/register';
import type { Targets } from '../commands/commandArgument';
import type { TunnelManager } from '../tunnels/tunnelManager';
import type { WorkspaceStorage } from '../tunnels/workspaceStorage';
import type { InteractiveStart } from '../tunnels/interactiveStart';
import { TunnelStarter } from './startAndWait';
import { registerDebug } from './launch/debug';
import { labelPortsCommands } from './ports/labelPortsCommand';
import { registerUriHandler } from './uriHandler';
import { pageCommands } from './browser/openInBrowser';
import { removeAllStaleProfiles } from './browser/proxiedBrowser';
import { proxiedBrowserCommands } from './browser/proxiedBrowserCommand';
import { registerTasks } from './launch/tasks';
import { TerminalEnvironment } from './terminal/terminalEnvironment';
import { terminalCommands } from './terminal/terminalCommands';
import { registerTools } from './agents/tools';
import { CancelledVariables, GivenPorts, registerVariables } from './launch/variables';

export interface EditorParts {
  readonly manager: TunnelManager;
  readonly interactiveStart: InteractiveStart;
  /** Resolves when the tunnels from ssh_config are known too. */
  readonly whenLoaded: () => Promise<void>;
  readonly targets: Targets;
  readonly workspaceStorage: WorkspaceStorage;
  readonly collection: vscode.GlobalEnvironmentVariableCollection;
  /** See testArguments(). */
  readonly testArguments: readonly string[] | undefined;
  readonly surroundings: CommandSurroundings;
}

export function registerEditorParts(parts: EditorParts): vscode.Disposable {
  const { manager, interactiveStart, whenLoaded, targets, workspaceStorage, collection, testArguments } =
    parts;
  const { surroundings } = parts;
  const { log } = surroundings.extensionLog;
  const starter = new TunnelStarter(manager, interactiveStart, whenLoaded);
  const givenPorts = new GivenPorts();
  const cancelledVariables = new CancelledVariables();
  const tunnels = (): readonly TunnelSnapshot[] => manager.tunnels;
  void removeAllStaleProfiles();
  return vscode.Disposable.from(
    registerVariables({ starter, givenPorts, cancelledVariables, log }),
    registerTasks({ starter, tunnels, whenLoaded }),
    registerDebug({ starter, givenPorts, cancelledVariables }),
    new TerminalEnvironment({ collection, manager, workspaceStorage }),
    registerUriHandler({ starter, manager, log }),
    registerTools({ starter, manager, whenLoaded }),
    registerCommands(
      [
        terminalCommands({ starter, targets }),
        pageCommands({ starter, targets }),
        proxiedBrowserCommands({ starter, targets, tunnels, testArguments }),
        labelPortsCommands({ tunnels }),
      ],
      surroundings,
    ),
  );
}
