// Label Ports in the Ports View…: writes the labels of tunnel ports into `remote.portsAttributes` (user or workspace),
// or copies them. Only on request, because the setting is VS Code's.
import * as vscode from 'vscode';
import { withValueAt } from '../../../tunnels/util/jsonPath';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import type { CommandTable } from '../../commands/register';
import { readPortsAttributes } from '../../settings/readSettings';
import { commandIds, portsAttributesKey } from '../../contributions';
import { editSettingsFile, projectSettings } from '../../settings/writeTunnels';
import { offerUndo, pickOne, showInStatusBar, showMessage } from '../../ui/dialogs';
import { isFree } from '../../settings/freePorts';
import { labelChange, labelsAlone, portLabels, withoutHeld } from './portLabels';
import type { PortLabel } from './portLabels';

type Where = 'user' | 'workspace' | 'copy';

export interface LabelPortsParts {
  readonly tunnels: () => readonly TunnelSnapshot[];
}

export function labelPortsCommands({ tunnels }: LabelPortsParts): CommandTable {
  return {
    [commandIds.labelPorts]: async () => {
      const labels = await withoutHeld(portLabels(tunnels()), tunnels(), (listen) => isFree(listen));
      if (labels.length === 0) {
        throw new Error(vscode.l10n.t('No tunnel has a local port yet.'));
      }
      const where = await askWhere(labels);
      if (where === 'copy') {
        await copy(labels);
      } else if (where !== undefined) {
        await write(labels, where);
      }
    },
  };
}

async function askWhere(labels: readonly PortLabel[]): Promise<Where | undefined> {
  const setting = portsAttributesKey;
  const items: readonly (vscode.QuickPickItem & { readonly where: Where })[] = [
    ...(vscode.workspace.workspaceFolders === undefined
      ? []
      : [
          {
            label: vscode.l10n.t("In the project's settings"),
            detail: vscode.l10n.t('{setting}, shared with everyone who works on it', { setting }),
            where: 'workspace' as const,
          },
        ]),
    {
      label: vscode.l10n.t('In user settings'),
      detail: vscode.l10n.t('{setting}, in all your windows, only for you', { setting }),
      where: 'user',
    },
    {
      label: vscode.l10n.t('Copy as JSON'),
      detail: vscode.l10n.t('{setting}, to paste into settings', { setting }),
      where: 'copy',
    },
  ];
  const example = labels[0]?.label ?? '';
  const picked = await pickOne(items, {
    title: vscode.l10n.t('Label Ports in the Ports View'),
    placeHolder:
      labels.length === 1
        ? vscode.l10n.t('Where to save 1 label, "{example}"', { example })
        : vscode.l10n.t('Where to save {count} labels, such as "{example}"', {
            count: labels.length,
            example,
          }),
    ignoreFocusOut: true,
  });
  return picked?.where;
}

async function copy(labels: readonly PortLabel[]): Promise<void> {
  const json = JSON.stringify({ [portsAttributesKey]: labelsAlone(labels) }, undefined, 2);
  await vscode.env.clipboard.writeText(json);
  showInStatusBar(
    labels.length === 1
      ? vscode.l10n.t('Copied 1 label')
      : vscode.l10n.t('Copied {count} labels', { count: labels.length }),
  );
}

async function write(labels: readonly PortLabel[], where: 'user' | 'workspace'): Promise<void> {
  const before = readPortsAttributes(where);
  const { forward, back } = labelChange(before, labels);
  if (forward.length === 0) {
    void showMessage('information', vscode.l10n.t('The ports already have these labels.'));
    return;
  }
  if (where === 'workspace') {
    const location = projectSettings(portsAttributesKey);
    await editSettingsFile(location, forward);
    void offerUndo(doneMessage(labels), () => editSettingsFile(location, back));
  } else {
    await updateUser(forward.reduce<unknown>(withValueAt, before));
    void offerUndo(doneMessage(labels), () => updateUser(before));
  }
}

function doneMessage(labels: readonly PortLabel[]): string {
  return labels.length === 1
    ? vscode.l10n.t('Labeled 1 port in the Ports view.')
    : vscode.l10n.t('Labeled {count} ports in the Ports view.', { count: labels.length });
}

async function updateUser(value: unknown): Promise<void> {
  await vscode.workspace
    .getConfiguration()
    .update(portsAttributesKey, value, vscode.ConfigurationTarget.Global);
}
