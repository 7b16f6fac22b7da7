// Files that a pasted command names relative to the folder in which it was typed, which nobody knows here.
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { l10n } from 'vscode';
import { splitConfigLine } from '../../../tunnels/config/configLine';
import { quoteConfigWord } from '../../../tunnels/config/hostBlock';
import type { ConfigOption } from '../../../tunnels/config/hostBlock';

const fileKeywords = /^(identityfile|certificatefile|userknownhostsfile|globalknownhostsfile)$/i;
/** `~/x`, `/x`, `C:\\x`, `\\\\server\\x`, `%d/x`, `${HOME}/x`, and the value for no file. */
const absolute = /^([~/\\%]|\$\{|[A-Za-z]:|none$)/i;

/** The option with the path of a file that is where keys usually are, or the sentence that names what is missing. */
export async function withFullPath(
  option: ConfigOption,
  home = homedir(),
): Promise<{ readonly option: ConfigOption } | { readonly problem: string }> {
  const [given = '', ...others] = splitConfigLine(`${option.keyword} ${option.value}`)?.words ?? [];
  // cmd.exe would have replaced it; in ssh_config, `%U` would begin a token.
  const word = given.replace(/^%USERPROFILE%(?=[\\/])/i, '~');
  if (word !== given && fileKeywords.test(option.keyword) && others.length === 0) {
    return { option: { ...option, value: quoteConfigWord(word) } };
  }
  if (!fileKeywords.test(option.keyword) || others.length > 0 || word === '' || absolute.test(word)) {
    return { option };
  }
  for (const folder of [join(home, '.ssh'), home, join(home, 'Downloads')]) {
    const file = join(folder, word);
    const isFile = await stat(file).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) {
      return { option: { ...option, value: quoteConfigWord(file) } };
    }
  }
  return {
    problem: l10n.t(
      '"{file}" is relative to the folder in which the command was typed, and is neither in ~/.ssh, nor in your home folder, nor in Downloads. Write its full path in the command.',
      { file: word },
    ),
  };
}
