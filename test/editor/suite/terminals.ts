// What a program in a terminal of the editor sees.
import { existsSync, mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { eventually } from '../../support/eventually';

/** What a terminal's shell prints. */
export async function printed(terminal: vscode.Terminal, text: string): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'terminal-')), 'out');
  terminal.sendText(`printf %s "${text}" > ${file} && echo > ${file}.done`);
  await eventually(`the terminal has printed ${text}`, () => existsSync(`${file}.done`));
  return await readFile(file, 'utf8');
}
