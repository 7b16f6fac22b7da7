// Bundles the extension and the tunnel host, each into one file; with --tests also the tests that run inside
// the editor. `--watch` rebuilds on change, `--production` minifies.
import { build, context } from 'esbuild';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: 'warning',
  // ssh2 asks for its native parts inside try/catch and does without: left external they are simply not found.
  // jsonc-parser's `main` is UMD, which no bundler can follow.
  mainFields: ['module', 'main'],
  external: ['vscode', 'cpu-features', '*.node'],
};

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  { ...common, entryPoints: { extension: 'src/extension/extension.ts' }, outdir: 'dist' },
  { ...common, entryPoints: { tunnelHost: 'src/tunnels/host/main.ts' }, outdir: 'dist' },
];
if (process.argv.includes('--tests')) {
  bundles.push({
    ...common,
    entryPoints: { index: 'test/editor/suite/index.ts' },
    outdir: 'dist-test/editor',
    external: [...(common.external ?? []), 'mocha'],
  });
}

if (watch) {
  const contexts = await Promise.all(bundles.map((options) => context({ ...options, logLevel: 'info' })));
  await Promise.all(contexts.map((bundle) => bundle.watch()));
} else {
  await Promise.all(bundles.map((options) => build(options)));
}
