// Handles `"sshTunnel": "staging"` in launch configurations of any type: starts the tunnel first, and launches nothing
// if that fails.
import * as vscode from 'vscode';
import { commandIds } from '../../contributions';
import { showModalError } from '../../ui/dialogs';
import { explainFailure } from '../../tunnels/interactiveStart';
import type { BringUp } from '../startAndWait';
import { localAddress } from '../localAddress';
import { checkForward, debugKey, namedForward, readPortRequest } from './portRequest';
import type { CancelledVariables, GivenPorts } from './variables';

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

  /** @returns undefined to launch nothing */
  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (!(debugKey in configuration)) {
      return configuration;
    }
    const wanted: unknown = configuration[debugKey];
    const up: unknown[] = [];
    for (const each of asList(wanted)) {
      const resolved = await this.#bringUp(each, folder, configuration.name);
      if (resolved === undefined) {
        return undefined;
      }
      up.push(resolved);
    }
    // Replaced by ids, so that its variables mean the same tunnels, whatever the active editor is.
    return { ...configuration, [debugKey]: Array.isArray(wanted) ? up : up[0] };
  }

  /** Removes our key for the debug adapter, and turns ports into numbers. @returns undefined to launch nothing */
  resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration | undefined {
    const { givenPorts, cancelledVariables } = this.#parts;
    if (cancelledVariables.wereUsedBy(configuration)) {
      return undefined;
    }
    const { [debugKey]: _ours, ...others } = configuration;
    return givenPorts.asNumbers(others);
  }

  /** @returns the request with the tunnel's id; undefined if the tunnel isn't up */
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
        // A named forward must be listening; the others may have failed.
        localAddress(namedForward(tunnel, forward));
      }
      return canReplaceName(id) ? { tunnel: id, ...(forward === undefined ? {} : { forward }) } : wanted;
    } catch (error) {
      void showFailure(configuration, id, error);
      return undefined;
    }
  }
}

/** An id contains a folder name. It must not look like a variable, because VS Code resolves variables next. */
function canReplaceName(id: string): boolean {
  return !id.includes('$');
}

async function showFailure(
  configuration: string,
  tunnelId: string | undefined,
  error: unknown,
): Promise<void> {
  const explain = vscode.l10n.t('Explain');
  const answer = await showModalError(
    vscode.l10n.t('"{configuration}" was not launched. {reason}', {
      configuration,
      reason: explainFailure(error),
    }),
    ...(tunnelId === undefined ? [] : [explain]),
  );
  if (answer === explain) {
    await vscode.commands.executeCommand(commandIds.explain, tunnelId);
  }
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
