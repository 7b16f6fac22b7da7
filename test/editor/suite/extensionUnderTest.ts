// What the editor suites share: the extension's API, facts about the project around them, and waiting.
import * as vscode from 'vscode';
import type { ForwardInfo, SshTunnelsApi, TunnelInfo } from '../../../src/extension/api.d';
import { eventually as waitFor } from '../../support/eventually';
import { exchange } from '../../support/targetAndClient';
import type { ProjectFacts } from '../testProject';

/** What the process around the editor has set up. */
export const facts = JSON.parse(process.env['SSH_TUNNELS_PROJECT_FACTS'] ?? '{}') as ProjectFacts;

export async function activate(): Promise<SshTunnelsApi> {
  const extension = vscode.extensions.getExtension<SshTunnelsApi>('ssh-tunnels.ssh-tunnels');
  if (!extension) {
    throw new Error('The extension is not there.');
  }
  return extension.activate();
}

export function tunnel(api: SshTunnelsApi, id: string): TunnelInfo {
  const found = api.tunnels.find((candidate) => candidate.id === id);
  if (!found) {
    throw new Error(`no ${id} among ${api.tunnels.map((candidate) => candidate.id).join(', ')}`);
  }
  return found;
}

export function forward(info: TunnelInfo, label: string): ForwardInfo {
  const found = info.forwards.find((candidate) => candidate.label === label);
  if (!found) {
    throw new Error(`no ${label} among ${info.forwards.map((candidate) => candidate.label).join(', ')}`);
  }
  return found;
}

export function portOf({ bound, label }: ForwardInfo): number {
  const [first] = bound;
  if (!first || !('port' in first)) {
    throw new Error(`${label} does not listen on a port`);
  }
  return first.port;
}

/** Waits until the condition is true. @throws Error with the actual state, when it isn't in time */
export async function eventually(reached: () => boolean, what: () => string): Promise<void> {
  try {
    await waitFor('it is so', reached);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}, but: ${what()}`);
  }
}

/** Waits until a port of this machine is closed. */
export async function untilRefused(port: number): Promise<void> {
  await waitFor(`port ${port} is closed`, async () => (await exchange(port)).error === 'ECONNREFUSED');
}

/** Accepts the first item of a quick pick as soon as it is shown, until the command that shows it has finished. */
export function pickFirst(command: Thenable<unknown>): Promise<void> {
  return pressing(command, ['workbench.action.acceptSelectedQuickOpenItem']);
}

/** As pickFirst(), with the last item. */
export function pickLast(command: Thenable<unknown>): Promise<void> {
  return pressing(command, [
    'workbench.action.quickOpenSelectPrevious',
    'workbench.action.acceptSelectedQuickOpenItem',
  ]);
}

async function pressing(command: Thenable<unknown>, keys: readonly string[]): Promise<void> {
  const timer = setInterval(() => {
    for (const key of keys) void vscode.commands.executeCommand(key);
  }, 200);
  try {
    await command;
  } finally {
    clearInterval(timer);
  }
}
