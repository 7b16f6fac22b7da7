// What `npm run screenshots` runs: the set-up of a fresh clone, then pictures of the editor: all, or those named.
import { endGroupsOnSignals } from '../support/processGroup.mjs';
import { ensureBuilt, ensureDebianPackages, ensureEditor, ensureNodeModules } from '../support/setup.mjs';

const ssh = ['openssh-server', 'openssh-client'];
const x11 = ['xvfb', 'xserver-xephyr', 'xauth', 'x11-apps', 'x11-utils', 'xterm'];
const browser = ['chromium-headless-shell', 'chromium', 'fonts'];

try {
  const ignoreSignals = endGroupsOnSignals();
  await ensureNodeModules();
  await ensureDebianPackages([...ssh, ...x11, ...browser]);
  await ensureEditor();
  await ensureBuilt();
  ignoreSignals();

  const { require: requireTypeScript } = await import('tsx/cjs/api');
  /** @type {typeof import('./screenshots')} */
  const { takePictures } = requireTypeScript('./screenshots.ts', import.meta.url);
  await takePictures(process.argv.slice(2));
  process.exit();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
