// What the suites in the editor share: the extension's API, the world outside, and patience.
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ForwardInfo, SshTunnelsApi, TunnelInfo } from '../../../src/extension/api.d';
import type { World } from '../projects';

export const world = JSON.parse(process.env['SSH_TUNNELS_WORLD'] ?? '{}') as World;

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

/** @throws Error when it is not so in time */
export async function eventually(
  reached: () => boolean,
  what: () => string,
  milliseconds = 10_000,
): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!reached()) {
    if (Date.now() > end) {
      throw new Error(`not within ${milliseconds} ms: ${what()}`);
    }
    await sleep(20);
  }
}

/** Takes what a quick pick offers first, as soon as it is there, until the command that shows it is through. */
export async function pickFirst(command: Thenable<unknown>): Promise<void> {
  const accept = setInterval(() => {
    void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  }, 200);
  try {
    await command;
  } finally {
    clearInterval(accept);
  }
}
