// All commands, except those registered by editor/editor.ts.
import type { DetailsPanels } from '../../views/details/detailsPanels';
import type { Asking } from '../asking';
import type { Core } from '../core';
import type { PlainLog } from '../ui/outputChannel';
import { anotherPortCommands } from './anotherPort';
import { detailsCommands } from './details';
import { lifecycleCommands } from './lifecycle';
import { programCommands } from './programs';
import type { CommandTable } from './register';
import { secretsCommands } from './secrets';
import { settingsCommands } from './settings';
import { sshCommandCommands } from './sshCommand';
import { takeOverCommands } from './takeOver';
import type { Targets } from './target';
import { useCommands } from './use';

export interface CommandParts {
  readonly core: Core;
  readonly asking: Asking;
  readonly targets: Targets;
  readonly panels: DetailsPanels;
  readonly log: PlainLog;
}

export function allCommands({ core, asking, targets, panels, log }: CommandParts): readonly CommandTable[] {
  const { manager, wishes, ports, secrets } = core;
  const { consents, starter, review } = asking;
  return [
    lifecycleCommands({ manager, starter, targets, review }),
    programCommands({ manager, starter, targets }),
    useCommands({ targets, log }),
    settingsCommands({ manager, starter, targets }),
    sshCommandCommands({ manager, starter, targets }),
    secretsCommands(secrets),
    takeOverCommands({ manager, targets }),
    anotherPortCommands({ consents, wishes, targets, ports }),
    detailsCommands({ panels, targets }),
  ];
}
