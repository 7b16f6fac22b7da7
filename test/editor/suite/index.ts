// What the editor runs: the suite named in SSH_TUNNELS_SUITE; writes the results to the file named in
// SSH_TUNNELS_RESULTS.
import { writeFileSync } from 'node:fs';
import type { EditorResults } from '../../support/editor/runInEditor';
import { agentsTests } from './agents.test';
import { browserTests } from './browser.test';
import { problemsAndDetailsTests } from './problemsAndDetails.test';
import { multiRootWorkspaceTests } from './multiRootWorkspace.test';
import { hostileWorkspaceTests } from './hostileWorkspace.test';
import { manyTunnelsTests } from './manyTunnels.test';
import { projectTests } from './project.test';
import { settingsEditingTests } from './settingsEditing.test';
import { sshConfigTests } from './sshConfig.test';
import { untrustedFolderTests } from './untrustedFolder.test';
import { variablesTests } from './variables.test';
import { abandonedStartsTests } from './abandonedStarts.test';

const suites: Readonly<Record<string, () => void>> = {
  project: () => {
    // First, because later ones change the settings.
    variablesTests();
    abandonedStartsTests();
    browserTests();
    agentsTests();
    projectTests();
    sshConfigTests();
    settingsEditingTests();
    // It leaves the settings open in an editor.
    problemsAndDetailsTests();
    manyTunnelsTests();
  },
  folders: multiRootWorkspaceTests,
  untrusted: untrustedFolderTests,
  hostile: hostileWorkspaceTests,
};

export async function run(): Promise<void> {
  const name = process.env['SSH_TUNNELS_SUITE'] ?? 'project';
  const register = suites[name];
  if (register === undefined) throw new Error(`There is no suite "${name}" (SSH_TUNNELS_SUITE).`);
  const results = await runMocha(register);
  const file = process.env['SSH_TUNNELS_RESULTS'];
  if (file !== undefined) writeFileSync(file, JSON.stringify(results));
  if (results.failed.length > 0) throw new Error(`${results.failed.length} failed.`);
}

async function runMocha(register: () => void): Promise<EditorResults> {
  // An ES module, which the Node of an older editor can't require.
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'bdd', timeout: 240_000, reporter: 'min' });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  register();
  const passed: string[] = [];
  const failed: { title: string; error: string }[] = [];
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', (test) => passed.push(test.fullTitle()))
      .on('fail', (test, error: Error) =>
        failed.push({ title: test.fullTitle(), error: error.stack ?? error.message }),
      );
  });
  return { passed, failed };
}
