// What the rest of the editor gets: variables, tasks and debug sessions that bring their tunnel up.
import * as vscode from 'vscode';
import type { TunnelManager } from '../manager';
import type { Starter } from '../starter';
import { BringUp } from './bringUp';
import { registerDebug } from './debug';
import { GivenPorts } from './givenPorts';
import { registerTasks } from './tasks';
import { registerVariables } from './variables';

export interface EditorParts {
  readonly manager: TunnelManager;
  readonly starter: Starter;
  /** Resolves when the tunnels that are not in the settings are known, too. */
  readonly complete: () => Promise<void>;
  readonly log: vscode.LogOutputChannel;
}

export function registerEditorParts({ manager, starter, complete, log }: EditorParts): vscode.Disposable {
  const bringUp = new BringUp(manager, starter, complete);
  const givenPorts = new GivenPorts();
  return vscode.Disposable.from(
    registerVariables({ bringUp, givenPorts, log }),
    registerTasks({ bringUp, tunnels: () => manager.tunnels }),
    registerDebug({ bringUp, givenPorts }),
  );
}
