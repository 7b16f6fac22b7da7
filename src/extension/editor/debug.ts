// `"sshTunnel": "staging"` in a launch configuration of any type: the tunnel is started first, and nothing is launched
// without it.
import * as vscode from 'vscode';
import { commandIds } from '../contributions';
import { tellInDialog } from '../show';
import { explainFailure } from '../starter';
import type { BringUp } from './bringUp';
import type { GivenPorts } from './givenPorts';
import { debugKey, readPortRequest } from './portRequest';

export interface DebugParts {
  readonly bringUp: BringUp;
  readonly givenPorts: GivenPorts;
}

export function registerDebug(parts: DebugParts): vscode.Disposable {
  return vscode.debug.registerDebugConfigurationProvider('*', new TunnelFirst(parts));
}

class TunnelFirst implements vscode.DebugConfigurationProvider {
  readonly #parts: DebugParts;

  constructor(parts: DebugParts) {
    this.#parts = parts;
  }

  /** @returns undefined: nothing is launched */
  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (!(debugKey in configuration)) {
      return configuration;
    }
    for (const wanted of asList(configuration[debugKey])) {
      if (!(await this.#isUp(wanted, folder, configuration.name))) {
        return undefined;
      }
    }
    return configuration;
  }

  /** The adapter sees no key of ours; and ports as the numbers that they are. */
  resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration {
    const { [debugKey]: _ours, ...others } = configuration;
    return this.#parts.givenPorts.asNumbers(others);
  }

  async #isUp(
    wanted: unknown,
    folder: vscode.WorkspaceFolder | undefined,
    configuration: string,
  ): Promise<boolean> {
    const { bringUp } = this.#parts;
    let id: string | undefined;
    try {
      ({ id } = await bringUp.find(readPortRequest(wanted), folder?.name));
      return (await bringUp.tunnel(id)) !== 'cancelled';
    } catch (error) {
      void refuse(configuration, id, error);
      return false;
    }
  }
}

async function refuse(configuration: string, tunnelId: string | undefined, error: unknown): Promise<void> {
  const explain = 'Explain';
  const answer = await tellInDialog(
    `"${configuration}" is not launched. ${explainFailure(error)}`,
    ...(tunnelId === undefined ? [] : [explain]),
  );
  if (answer === explain) {
    await vscode.commands.executeCommand(commandIds.explain, tunnelId);
  }
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
