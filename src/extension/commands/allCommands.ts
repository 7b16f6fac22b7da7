// All commands, except those registered by editor/editor.ts.
import type { DetailsPanels } from '../../views/details/detailsPanels';
import type { MapPanel } from '../../views/details/mapPanel';
import type { TunnelsView } from '../../views/tree/treeView';
import type { ConsentServices } from '../consent/consentServices';
import type { Core } from '../core';
import type { ExtensionLog } from '../ui/log';
import { addCommands } from './add/addCommands';
import { importCommands } from './add/importHosts';
import { copyCommands } from './copy';
import { detailsCommands } from './details';
import { editCommands } from './edit/editAndRemove';
import { forgetSecretsCommands } from './forgetSecrets';
import { lifecycleCommands } from './lifecycle';
import { programCommands } from './programs';
import type { CommandTable } from './register';
import { takeOverCommands } from './takeOver';
import type { Targets } from './commandArgument';
import { anotherPortCommands } from './useAnotherPort';

export interface CommandParts {
  readonly core: Core;
  readonly consentServices: ConsentServices;
  readonly targets: Targets;
  readonly panels: DetailsPanels;
  readonly mapPanel: MapPanel;
  readonly extensionLog: ExtensionLog;
  readonly view: TunnelsView;
}

export function allCommands({
  core,
  consentServices,
  targets,
  panels,
  mapPanel,
  extensionLog,
  view,
}: CommandParts): readonly CommandTable[] {
  const { manager, desiredState, ports, secrets, workspaceStorage } = core;
  const { consents, interactiveStart, review } = consentServices;
  const addParts = {
    manager,
    interactiveStart,
    consents,
    workspaceStorage,
    ports,
    reveal: (id: string) => view.reveal(id),
  };
  return [
    lifecycleCommands({ manager, interactiveStart, targets, review }),
    programCommands({ manager, interactiveStart, targets }),
    addCommands(addParts),
    importCommands(addParts, view),
    editCommands({ ...addParts, targets }),
    copyCommands({ manager, targets }),
    forgetSecretsCommands(secrets),
    takeOverCommands({ manager, targets }),
    anotherPortCommands({ consents, desiredState, targets, ports }),
    detailsCommands({ panels, mapPanel, targets, extensionLog }),
  ];
}
