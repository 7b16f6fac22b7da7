// Bundles test files for Node under Wine, which has neither tsx nor a fast way to this machine's files.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { repoRoot } from '../setup.mjs';
import { windowsPath } from './wine.mjs';

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'inline',
  sourcesContent: false,
  logLevel: 'warning',
  // jsonc-parser's `main` is UMD, which esbuild can't bundle.
  mainFields: ['module', 'main'],
  external: ['vscode', 'cpu-features', '*.node', 'esbuild'],
  // mocha resolves the modules of its worker processes, which these tests don't use.
  logOverride: { 'require-resolve-not-external': 'silent' },
  plugins: [ownUrls()],
};

/**
 * @param {readonly string[]} files relative to the checkout
 * @param {string} outfile
 */
export async function bundleTests(files, outfile) {
  await build({
    ...common,
    stdin: {
      contents: [
        "import { runTests } from './test/support/windows/runTests';",
        'void runTests([',
        ...files.map((file) => `['${file}', () => import('./${file}')],`),
        ']);',
      ].join('\n'),
      resolveDir: repoRoot,
      sourcefile: 'tests.ts',
      loader: 'ts',
    },
    outfile,
  });
}

/**
 * The stand-in for ssh.exe.
 * @param {string} outfile
 */
export async function bundleSshStandIn(outfile) {
  await build({
    ...common,
    entryPoints: [path.join(repoRoot, 'test/support/windows/sshStandIn.ts')],
    outfile,
  });
}

/**
 * In a bundle each module would have the URL of the bundle, and none in CommonJS.
 * @returns {import('esbuild').Plugin}
 */
function ownUrls() {
  return {
    name: 'own URLs',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]test[\\/].*\.(mjs|ts)$/ }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8');
        if (!text.includes('import.meta')) return undefined;
        const seen = windowsPath(file);
        const url = `file:///${seen.replaceAll('\\', '/')}`;
        return {
          contents: text
            .replaceAll('import.meta.url', JSON.stringify(url))
            .replaceAll('import.meta.dirname', JSON.stringify(path.win32.dirname(seen))),
          loader: path.extname(file) === '.ts' ? 'ts' : 'js',
        };
      });
    },
  };
}
