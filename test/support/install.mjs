// Installs the npm packages on a fresh clone. Scripts of package.json that need them run this first.
import { ensureNodeModules } from './setup.mjs';

try {
  await ensureNodeModules();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
