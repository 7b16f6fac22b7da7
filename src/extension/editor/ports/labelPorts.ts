// Label Ports in the Ports View…: writes the labels of tunnel ports into `remote.portsAttributes` (user or workspace),
// or copies them. Only on request, because the setting is VS Code's.
import * as vscode from 'vscode';
import { withValueAt } from '../../../tunnels/config/moveListen';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { formatCount } from '../../../views/words/format';
import type { CommandTable } from '../../commands/register';
import { readPortsAttributes } from '../../settings/readSettings';
import { commandIds, portsAttributesKey } from '../../contributions';
import { editSettingsFile, projectSettings } from '../../settings/writeTunnels';
import { offerUndo, pickOne, showInStatusBar, showMessage } from '../../ui/dialogs';
import { labelChange, labelsAlone, portLabels } from './portLabels';
import type { PortLabel } from './portLabels';

const title = 'Label Ports in the Ports View';

type Where = 'user' | 'workspace' | 'copy';

export interface LabelPortsParts {
  readonly tunnels: () => readonly TunnelSnapshot[];
}

export function labelPortsCommands({ tunnels }: LabelPortsParts): CommandTable {
  return {
    [commandIds.labelPorts]: async () => {
      const labels = portLabels(tunnels());
      if (labels.length === 0) {
        throw new Error('No tunnel has a local port yet.');
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
  const items: readonly (vscode.QuickPickItem & { readonly where: Where })[] = [
    ...(vscode.workspace.workspaceFolders === undefined
      ? []
      : [
          {
            label: "In the project's settings",
            detail: `${portsAttributesKey}, shared with everyone who works on it`,
            where: 'workspace' as const,
          },
        ]),
    {
      label: 'In user settings',
      detail: `${portsAttributesKey}, in all your windows, only for you`,
      where: 'user',
    },
    {
      label: 'Copy as JSON',
      detail: `${portsAttributesKey}, to paste into settings`,
      where: 'copy',
    },
  ];
  const [first] = labels;
  const picked = await pickOne(items, {
    title,
    placeHolder: `Where to save ${formatCount(labels.length, 'label')}, such as "${first?.label ?? ''}"`,
    ignoreFocusOut: true,
  });
  return picked?.where;
}

async function copy(labels: readonly PortLabel[]): Promise<void> {
  const json = JSON.stringify({ [portsAttributesKey]: labelsAlone(labels) }, undefined, 2);
  await vscode.env.clipboard.writeText(json);
  showInStatusBar(`Copied ${formatCount(labels.length, 'label')}`);
}

async function write(labels: readonly PortLabel[], where: 'user' | 'workspace'): Promise<void> {
  const before = readPortsAttributes(where);
  const { forward, back } = labelChange(before, labels);
  if (forward.length === 0) {
    void showMessage('information', 'The ports already have these labels.');
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
  return `Labeled ${formatCount(labels.length, 'port')} in the Ports view.`;
}

async function updateUser(value: unknown): Promise<void> {
  await vscode.workspace
    .getConfiguration()
    .update(portsAttributesKey, value, vscode.ConfigurationTarget.Global);
}
