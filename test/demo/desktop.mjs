// Finds a desktop VS Code to show the demo in.
import { findBinary } from '../support/setup.mjs';

/** The `code` in a terminal of a remote window is another program, which can't open a window of ours. */
export function findDesktopEditor() {
  const insideRemoteWindow = process.env['VSCODE_IPC_HOOK_CLI'] !== undefined;
  return insideRemoteWindow ? undefined : findBinary(process.platform === 'win32' ? 'code.cmd' : 'code');
}
