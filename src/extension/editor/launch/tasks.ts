// Tasks of the type `sshTunnels`. For `preLaunchTask`: the task exits with 0 when its tunnel is up, or with 1 and the
// reason. For `postDebugTask`: "action": "stop". Closing the terminal cancels the wait, not the tunnel.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { plainText } from '../../../views/words/format';
import { describeForward } from '../../../views/words/forwardWords';
import { taskType } from '../../contributions';
import { explainFailure } from '../../tunnels/interactiveStart';
import type { TunnelStarter } from '../startAndWait';
import { localAddress } from '../localAddress';
import { checkForward, namedForward, readPortRequest } from './portRequest';

export interface TaskParts {
  readonly starter: TunnelStarter;
  readonly tunnels: () => readonly TunnelSnapshot[];
  /** Resolves when the tunnels from ssh_config are known too. */
  readonly whenLoaded: () => Promise<void>;
}

/** Milliseconds that the list of tasks may wait for ssh_config to be read. */
export const listTimeoutMs = 2000;

type Action = 'start' | 'stop';

export function registerTasks(parts: TaskParts): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(taskType, new TunnelTasks(parts));
}

export class TunnelTasks implements vscode.TaskProvider {
  readonly #parts: TaskParts;

  constructor(parts: TaskParts) {
    this.#parts = parts;
  }

  /** One start task for each tunnel. */
  async provideTasks(): Promise<vscode.Task[]> {
    const { whenLoaded, tunnels } = this.#parts;
    await Promise.race([whenLoaded(), new Promise((resolve) => setTimeout(resolve, listTimeoutMs))]);
    const all = tunnels();
    return all
      .filter(({ entry }) => entry !== undefined)
      .map(({ id, name, origin, folder }) => {
        const isAmbiguous = all.filter((other) => other.name === name).length > 1;
        const definition = { type: taskType, tunnel: isAmbiguous ? id : name };
        const title = isAmbiguous
          ? vscode.l10n.t('start {tunnel} ({origin})', { tunnel: name, origin: folder ?? origin })
          : vscode.l10n.t('start {tunnel}', { tunnel: name });
        return this.#task(definition, vscode.TaskScope.Workspace, plainText(title));
      });
  }

  /** A task from tasks.json. The definition must be the same object (TaskProvider.resolveTask). */
  resolveTask({ definition, scope, name }: vscode.Task): vscode.Task {
    return this.#task(definition, scope ?? vscode.TaskScope.Workspace, name);
  }

  #task(
    definition: vscode.TaskDefinition,
    scope: vscode.WorkspaceFolder | vscode.TaskScope,
    name: string,
  ): vscode.Task {
    const folder = typeof scope === 'object' ? scope : undefined;
    const run = new vscode.CustomExecution((resolved) =>
      Promise.resolve(new TunnelTerminal(resolved, folder, this.#parts.starter)),
    );
    const task = new vscode.Task(definition, scope, name, vscode.l10n.t('SSH Tunnels'), run, []);
    task.presentationOptions = {
      reveal: vscode.TaskRevealKind.Silent,
      panel: vscode.TaskPanelKind.Dedicated,
      showReuseMessage: false,
      clear: true,
    };
    return task;
  }
}

class TunnelTerminal implements vscode.Pseudoterminal {
  readonly #definition: vscode.TaskDefinition;
  readonly #folder: vscode.WorkspaceFolder | undefined;
  readonly #starter: TunnelStarter;
  readonly #write = new vscode.EventEmitter<string>();
  readonly #close = new vscode.EventEmitter<number>();
  readonly #closed = new vscode.CancellationTokenSource();

  readonly onDidWrite = this.#write.event;
  readonly onDidClose = this.#close.event;

  constructor(
    definition: vscode.TaskDefinition,
    folder: vscode.WorkspaceFolder | undefined,
    starter: TunnelStarter,
  ) {
    this.#definition = definition;
    this.#folder = folder;
    this.#starter = starter;
  }

  open(): void {
    this.#run().then(
      (code) => this.#close.fire(code),
      (error: unknown) => {
        this.#line(explainFailure(error));
        this.#close.fire(1);
      },
    );
  }

  close(): void {
    this.#closed.cancel();
  }

  async #run(): Promise<number> {
    const action = readAction(this.#definition['action']);
    const request = readPortRequest(this.#definition['tunnel']);
    const requested = await this.#starter.requested(request, this.#folder);
    const { name, id } = requested.tunnel;
    if (action === 'stop') {
      await this.#starter.stop(id);
      this.#line(vscode.l10n.t('The tunnel "{tunnel}" is stopped.', { tunnel: name }));
      return 0;
    }
    checkForward(requested, 'any');
    this.#line(vscode.l10n.t('Starting the tunnel "{tunnel}"…', { tunnel: name }));
    const tunnel = await this.#starter.tunnel(id, this.#closed.token);
    if (tunnel === 'cancelled') {
      return 1;
    }
    this.#line(vscode.l10n.t('The tunnel "{tunnel}" is up.', { tunnel: name }));
    for (const forward of tunnel.forwards) {
      this.#line(`  ${forward.forward.label}: ${describeForward(forward)}`);
    }
    if (requested.forward !== undefined) {
      // A named forward must be listening; the others may have failed.
      localAddress(namedForward(tunnel, requested.forward));
    }
    return 0;
  }

  /** A terminal needs \r\n. Text from a server is written without control characters. */
  #line(text: string): void {
    this.#write.fire(`${plainText(text)}\r\n`);
  }
}

function readAction(value: unknown): Action {
  if (value === undefined || value === 'start' || value === 'stop') {
    return value ?? 'start';
  }
  throw new Error(vscode.l10n.t('The "action" of the task must be "start" or "stop".'));
}
