// What a program in a terminal of the editor sees.
import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';

/** What a terminal's shell prints. @throws Error when it has not within ten seconds */
export async function printed(terminal: vscode.Terminal, text: string): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'terminal-')), 'out');
  terminal.sendText(`printf %s "${text}" > ${file} && echo > ${file}.done`);
  for (let tries = 0; tries < 100; tries++) {
    await sleep(100);
    const done = await readFile(`${file}.done`).catch(() => undefined);
    if (done) {
      return await readFile(file, 'utf8');
    }
  }
  throw new Error(`the terminal did not print ${text}`);
}
