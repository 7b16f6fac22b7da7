// What scripts of package.json run first when they need the npm packages: installs them on a fresh clone.
import { ensureNodeModules } from './setup.mjs';

try {
  await ensureNodeModules();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
