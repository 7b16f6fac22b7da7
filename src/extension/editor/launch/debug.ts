// `"sshTunnel": "staging"` in a launch configuration of any type: the tunnel is started first, and nothing is launched
// without it.
import * as vscode from 'vscode';
import { commandIds } from '../../contributions';
import { tellInDialog } from '../../ui/dialogs';
import { explainFailure } from '../../tunnels/interactiveStart';
import type { BringUp } from '../bringUp';
import type { CancelledVariables } from './cancelledVariables';
import type { GivenPorts } from './givenPorts';
import { localAddress } from '../localAddress';
import { checkForward, debugKey, namedForward, readPortRequest } from './portRequest';

export interface DebugParts {
  readonly bringUp: BringUp;
  readonly givenPorts: GivenPorts;
  readonly cancelledVariables: CancelledVariables;
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
    const wanted: unknown = configuration[debugKey];
    const up: unknown[] = [];
    for (const one of asList(wanted)) {
      const meant = await this.#bringUp(one, folder, configuration.name);
      if (meant === undefined) {
        return undefined;
      }
      up.push(meant);
    }
    // Its variables mean the very same one, whatever folder's file is being looked at.
    return { ...configuration, [debugKey]: Array.isArray(wanted) ? up : up[0] };
  }

  /** The adapter sees no key of ours; and ports as the numbers that they are. @returns undefined: nothing is launched */
  resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration | undefined {
    const { givenPorts, cancelledVariables } = this.#parts;
    if (cancelledVariables.wereWantedBy(configuration)) {
      return undefined;
    }
    const { [debugKey]: _ours, ...others } = configuration;
    return givenPorts.asNumbers(others);
  }

  /** @returns the same once more, by its id; undefined: it is not up */
  async #bringUp(
    wanted: unknown,
    folder: vscode.WorkspaceFolder | undefined,
    configuration: string,
  ): Promise<unknown> {
    const { bringUp } = this.#parts;
    let id: string | undefined;
    try {
      const requested = await bringUp.requested(readPortRequest(wanted), folder);
      const { forward } = requested;
      ({ id } = requested.tunnel);
      checkForward(requested, 'any');
      const tunnel = await bringUp.tunnel(id);
      if (tunnel === 'cancelled') {
        return undefined;
      }
      if (forward !== undefined) {
        // One that is named has to listen; the others may fail without it.
        localAddress(namedForward(tunnel, forward));
      }
      return canStandFor(id) ? { tunnel: id, ...(forward === undefined ? {} : { forward }) } : wanted;
    } catch (error) {
      void refuse(configuration, id, error);
      return undefined;
    }
  }
}

/** An id holds the name of a folder: it must be no variable, which would be resolved next. */
function canStandFor(id: string): boolean {
  return !id.includes('$');
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
