// The program that a shell's command runs, for its name and for messages: its arguments may be secret.
import { splitWords } from './splitWords';

/** As written: `/usr/bin/xterm` for `DISPLAY_SIZE=2 /usr/bin/xterm -e top`. */
export function programPath(command: string): string {
  const { words, problems } = splitWords(command);
  // In a word with an open quote is all that follows.
  const texts = problems.length === 0 ? words.map(({ text }) => text) : command.trim().split(/\s/, 1);
  return texts.find((text) => text !== '' && !/^[A-Za-z_]\w*=/.test(text)) ?? 'program';
}

/** Without its folders: `xterm`. */
export function programName(command: string): string {
  return programPath(command).replace(/^.*\//s, '') || 'program';
}
