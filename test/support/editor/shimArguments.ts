// Reads the part of the desktop VS Code's command line that @vscode/test-electron uses.
import path from 'node:path';
import { parseArgs } from 'node:util';

export interface ShimArguments {
  readonly workspace: string | undefined;
  readonly extensionDevelopmentPath: string;
  readonly extensionTestsPath: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
}

export function parseShimArguments(args: readonly string[]): ShimArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: {
      extensionDevelopmentPath: { type: 'string' },
      extensionTestsPath: { type: 'string' },
      'user-data-dir': { type: 'string' },
      'extensions-dir': { type: 'string' },
    },
  });
  const pathOf = (name: string): string => {
    const value = values[name];
    if (typeof value !== 'string') throw new Error(`--${name} is missing.`);
    return path.resolve(value);
  };
  return {
    workspace: positionals[0] === undefined ? undefined : path.resolve(positionals[0]),
    extensionDevelopmentPath: pathOf('extensionDevelopmentPath'),
    extensionTestsPath: pathOf('extensionTestsPath'),
    userDataDir: pathOf('user-data-dir'),
    extensionsDir: pathOf('extensions-dir'),
  };
}

/** The address at which a code-server on `port` runs the tests. */
export function testsUrl(port: number, args: ShimArguments): string {
  const authority = `127.0.0.1:${port}`;
  const remote = (file: string) => `vscode-remote://${authority}${file}`;
  const payload = [
    ['extensionDevelopmentPath', remote(args.extensionDevelopmentPath)],
    ['extensionTestsPath', remote(args.extensionTestsPath)],
    ['skipWelcome', 'true'],
  ];
  const url = new URL(`http://${authority}/`);
  if (args.workspace !== undefined) {
    url.searchParams.set(args.workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', args.workspace);
  }
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
