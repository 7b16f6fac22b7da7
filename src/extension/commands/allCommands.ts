// All commands, except those registered by editor/editor.ts.
import type { DetailsPanels } from '../../views/details/detailsPanels';
import type { MapPanel } from '../../views/details/mapPanel';
import type { ConsentServices } from '../consent/consentServices';
import type { Core } from '../core';
import type { ExtensionLog } from '../ui/log';
import { addCommands } from './add/addCommands';
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
  /** Shows a tunnel's row. */
  readonly reveal: (id: string) => Promise<void>;
}

export function allCommands({
  core,
  consentServices,
  targets,
  panels,
  mapPanel,
  extensionLog,
  reveal,
}: CommandParts): readonly CommandTable[] {
  const { manager, desiredState, ports, secrets, workspaceStorage } = core;
  const { consents, interactiveStart, review } = consentServices;
  const addParts = { manager, interactiveStart, consents, workspaceStorage, ports, reveal };
  return [
    lifecycleCommands({ manager, interactiveStart, targets, review }),
    programCommands({ manager, interactiveStart, targets }),
    addCommands(addParts),
    editCommands({ ...addParts, targets }),
    copyCommands({ manager, targets }),
    forgetSecretsCommands(secrets),
    takeOverCommands({ manager, targets }),
    anotherPortCommands({ consents, desiredState, targets, ports }),
    detailsCommands({ panels, mapPanel, targets, extensionLog }),
  ];
}
