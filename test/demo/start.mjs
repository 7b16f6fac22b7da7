// What `npm start` runs: the set-up of a fresh clone, then the demo. With `--check` it runs without a user.
import { parseArgs } from 'node:util';
import { endGroupsOnSignals } from '../support/processGroup.mjs';
import { ensureBuilt, ensureDebianPackages, ensureEditor, ensureNodeModules } from '../support/setup.mjs';
import { findDesktopEditor } from './desktop.mjs';

try {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const desktop = values.check ? undefined : findDesktopEditor();
  const ignoreSignals = endGroupsOnSignals();
  await ensureNodeModules();
  if (values.check) await ensureDebianPackages(['chromium', 'fonts']);
  if (desktop === undefined) await ensureEditor();
  await ensureBuilt();
  ignoreSignals();

  const { require: requireTypeScript } = await import('tsx/cjs/api');
  /** @type {typeof import('./demo')} */
  const { runDemo } = requireTypeScript('./demo.ts', import.meta.url);
  process.exit((await runDemo({ check: values.check, desktop })) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
