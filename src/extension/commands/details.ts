// Show Details, Explain and Show Log: open the details page of a tunnel or the log, and run the actions of the page's
// buttons.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { errorOf } from '../../tunnels/model/state';
import { isExplainable, isProgramExplainable } from '../../views/tree/contextValues';
import type { DetailsAction, DetailsCommand } from '../../views/details/detailsActions';
import type { DetailsPanels } from '../../views/details/detailsPanels';
import type { MapPanel } from '../../views/details/mapPanel';
import { forwardSectionKey, tunnelKey } from '../../views/details/explanationView';
import { programSectionKey } from '../../views/details/programExplanation';
import { forwardNode, isCommandNode, programNode, tunnelNode } from '../../views/tree/nodes';
import type { CommandNode } from '../../views/tree/nodes';
import { commandIds, detailsViewType, mapViewType } from '../contributions';
import { openAtLine, openSshConfig } from '../ui/openFile';
import { openServerLink } from '../ui/serverLink';
import { showMessage } from '../ui/dialogs';
import type { ExtensionLog } from '../ui/log';
import { explainFailure } from '../tunnels/interactiveStart';
import type { CommandTable } from './register';
import type { Target, Targets } from './commandArgument';

export interface DetailsParts {
  readonly panels: DetailsPanels;
  readonly mapPanel: MapPanel;
  readonly targets: Targets;
  readonly extensionLog: ExtensionLog;
}

export function detailsCommands({ panels, mapPanel, targets, extensionLog }: DetailsParts): CommandTable {
  return {
    [commandIds.showDetails]: async (argument) => {
      const target = await targets.tunnelOrForward(
        argument,
        vscode.l10n.t('Show Details'),
        () => true,
        vscode.l10n.t('No tunnels to show.'),
      );
      if (target) {
        const { tunnel, program } = target;
        panels.show(tunnel.id, program && programSectionKey(program.program.name));
      }
    },
    [commandIds.showMap]: () => mapPanel.show(),
    [commandIds.explain]: async (argument) => {
      const target = await targets.tunnelOrForward(
        argument,
        vscode.l10n.t('Explain'),
        hasExplanation,
        vscode.l10n.t('Nothing to explain. No tunnel has an error.'),
      );
      if (target) {
        panels.show(target.tunnel.id, sectionOf(target));
      }
    },
    // Without an argument, as from the palette, the whole log.
    [commandIds.showLog]: async (argument) => {
      if (!isCommandNode(argument) && typeof argument !== 'string') {
        extensionLog.log.show();
        return;
      }
      const tunnel = await targets.tunnel(
        argument,
        vscode.l10n.t('Show Log'),
        () => true,
        vscode.l10n.t('No tunnels.'),
      );
      if (tunnel) {
        extensionLog.showTunnel(tunnel.id);
      }
    },
  };
}

/** After a reload of the window, the pages that were open are filled again. */
export function restorePages(panels: DetailsPanels, mapPanel: MapPanel): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.window.registerWebviewPanelSerializer(detailsViewType, {
      deserializeWebviewPanel: (panel, state: unknown) => {
        const subject = subjectOf(state);
        if (subject === undefined) {
          panel.dispose();
        } else {
          panels.restore(subject, panel);
        }
        return Promise.resolve();
      },
    }),
    vscode.window.registerWebviewPanelSerializer(mapViewType, {
      deserializeWebviewPanel: (panel) => {
        mapPanel.show(panel);
        return Promise.resolve();
      },
    }),
  );
}

/** What the page has saved: the id of its tunnel. */
function subjectOf(state: unknown): string | undefined {
  return typeof state === 'object' &&
    state !== null &&
    'subject' in state &&
    typeof state.subject === 'string'
    ? state.subject || undefined
    : undefined;
}

function sectionOf({ forward, program }: Target): string {
  if (forward) {
    return forwardSectionKey(forward.forward.label);
  }
  return program ? programSectionKey(program.program.name) : tunnelKey;
}

function hasExplanation(tunnel: TunnelSnapshot): boolean {
  const wasRefused = tunnel.forwards.some(
    ({ state }) => state.status === 'listening' && state.lastError !== undefined,
  );
  return (
    isExplainable(tunnel) ||
    errorOf(tunnel.state) !== undefined ||
    wasRefused ||
    tunnel.programs.some(isProgramExplainable)
  );
}

const commandOf: Readonly<
  Record<Exclude<DetailsCommand, 'openSshConfig' | 'manageTrust'> | 'answer', string>
> = {
  start: commandIds.start,
  stop: commandIds.stop,
  restart: commandIds.restart,
  retryNow: commandIds.retryNow,
  answer: commandIds.answer,
  edit: commandIds.edit,
  useAnotherPort: commandIds.useAnotherPort,
  takeOver: commandIds.takeOver,
  openInBrowser: commandIds.openInBrowser,
  openProxiedBrowser: commandIds.openProxiedBrowser,
  copyLocalAddress: commandIds.copyLocalAddress,
  copyConnectionString: commandIds.copyConnectionString,
  runProgram: commandIds.runX11Program,
  stopProgram: commandIds.stopX11Program,
  reviewConsent: commandIds.reviewConsent,
  showLog: commandIds.showLog,
};

/** Runs the action of a button on the details page. @param sshConfigFile the user's setting */
export async function actOnDetails(
  tunnelId: string,
  action: DetailsAction,
  sshConfigFile: string | undefined,
): Promise<void> {
  try {
    await act(tunnelId, action, sshConfigFile);
  } catch (error) {
    // For example a file that no longer exists. Commands report their own failures.
    void showMessage('error', explainFailure(error));
  }
}

async function act(
  tunnelId: string,
  action: DetailsAction,
  sshConfigFile: string | undefined,
): Promise<void> {
  switch (action.kind) {
    case 'copy':
      await vscode.env.clipboard.writeText(action.text);
      return;
    case 'open':
      await openAtLine(action.place);
      return;
    case 'link':
      await openServerLink(action.link);
      return;
    case 'run':
      if (action.command === 'openSshConfig') {
        await openSshConfig(sshConfigFile);
      } else if (action.command === 'manageTrust') {
        await vscode.commands.executeCommand('workbench.trust.manage');
      } else {
        await vscode.commands.executeCommand(commandOf[action.command], rowOf(tunnelId, action));
      }
      return;
  }
}

function rowOf(tunnelId: string, { forward, program }: Extract<DetailsAction, { kind: 'run' }>): CommandNode {
  if (program !== undefined) {
    return programNode(tunnelId, program);
  }
  return forward === undefined ? tunnelNode(tunnelId) : forwardNode(tunnelId, forward);
}
