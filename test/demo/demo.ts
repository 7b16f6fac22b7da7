// The demo: an editor with a project whose tunnels forward to two small services behind an SSH server of our own.
// When it ends, it leaves no process, listener or file behind.
import { shutDownDaemon } from '../support/editor/daemon';
import { onEndRequest } from '../support/stopSignals.mjs';
import { checkNothingIsLeft, checkTunnelsWork } from './check';
import type { DemoEditor } from './open';
import { openInCodeServer, openOnDesktop } from './open';
import { startSampleProject } from './sampleProject';

export interface DemoOptions {
  /** Checks everything without a user, and ends. */
  readonly check: boolean;
  /** A desktop VS Code's `code`; without it the demo opens in a browser. */
  readonly desktop: string | undefined;
}

/** Resolves when the demo has ended: whether everything worked. */
export async function runDemo({ check, desktop }: DemoOptions): Promise<boolean> {
  const stopped = new Promise<void>((resolve) => onEndRequest(resolve));
  // A closed terminal accepts no more output.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const project = await startSampleProject();
  let editor: DemoEditor | undefined;
  let works = false;
  try {
    editor = desktop === undefined ? await openInCodeServer(project) : openOnDesktop(project, desktop);
    if (check) {
      works = await Promise.race([checkTunnelsWork(project, editor), stopped.then(() => false)]);
    } else {
      console.log(`\n${editor.greeting}\nCtrl-C ends the demo.\n`);
      works = await Promise.race([editor.closed, stopped.then(() => true)]);
    }
  } finally {
    console.log('· Closing the demo');
    await editor?.close();
    await shutDownDaemon(editor?.runtimeDir);
    await project.stop();
  }
  return check ? (await checkNothingIsLeft(project, editor)) && works : works;
}
