// The windows in which editor tests run: each with a workspace, settings, an environment and a suite.
import { prepareHostile } from './hostileProject';
import { prepareFolders, prepareProject, prepareUntrusted } from './testProject';
import type { PreparedScenario } from './testProject';

export interface Scenario {
  /** Also the suite's name, unless that is given. */
  readonly name: string;
  readonly suite?: string;
  readonly prepare: () => Promise<PreparedScenario>;
}

export const scenarios: readonly Scenario[] = [
  { name: 'project', prepare: prepareProject },
  { name: 'folders', prepare: prepareFolders },
  { name: 'untrusted', prepare: prepareUntrusted },
  { name: 'hostile', prepare: prepareHostile },
];
