// Tries a Host block before it is written: ssh reads a copy of the whole file with the block in it. One line that ssh
// refuses would end every ssh of this user, for any host, and with it git and all tunnels.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatHostBlock, isHostName, withHostBlock } from '../../config/hostBlock';
import type { ConfigOption, HostBlock } from '../../config/hostBlock';
import { splitConfigLine } from '../../config/configLine';
import { TunnelFailure } from '../../errors/errors';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { unquoted } from '../../util/shown';
import type { Shown } from '../../util/shown';
import { canonicalKeyword } from './configValues';
import { parseSshGOutput, trySshG } from './sshG';
import { describeSshGFailure } from './sshGFailure';
import type { SshGOptions } from './sshG';

export interface RefusedOption {
  readonly option: ConfigOption;
  readonly problem: Message;
}

export interface TriedBlock {
  /** The block without the options that ssh refuses. */
  readonly block: string;
  readonly options: readonly ConfigOption[];
  readonly refused: readonly RefusedOption[];
}

/** What ssh says about a file: its values for a host, or what it refuses. undefined: no ssh is installed. */
type Verdict =
  | { readonly values: ReadonlyMap<string, readonly string[]> }
  | { readonly stderr: string }
  | undefined;

export interface TriedFile {
  readonly path: string;
  /** As Latin-1, which keeps every byte. Empty if there is no file yet. */
  readonly text: string;
}

/** @returns the block that ssh accepts in this file, or why none can be written there */
export async function tryHostBlock(
  file: TriedFile,
  wanted: HostBlock,
  ssh: SshGOptions,
): Promise<TriedBlock | { readonly fault: Message }> {
  const before = await verdictOf(file.text, wanted.alias, ssh);
  if (before && 'stderr' in before) {
    const found = describeSshGFailure({ host: wanted.alias }, before.stderr.replaceAll(copyName, file.path));
    const unusual = l10n.t("ssh can't read {file} as it is: {words}", {
      file: unquoted(file.path),
      words: firstWords(before.stderr),
    });
    return { fault: 'problem' in found ? found.problem : unusual };
  }
  if (before && !isOrBelow(before.values.get('hostname')?.[0], wanted.alias)) {
    return {
      fault: l10n.t('"{alias}" is already a Host of your SSH config. Choose another alias.', {
        alias: unquoted(wanted.alias),
      }),
    };
  }
  const refused: RefusedOption[] = [];
  let { options } = wanted;
  let tried = await tryOptions(file, wanted, options, before !== undefined, ssh);
  if ('fault' in tried) {
    for (const option of wanted.options) {
      const problem = before ? await refusalBySsh(option, wanted.alias, ssh) : refusalWithoutSsh(option);
      if (problem) {
        refused.push({ option, problem });
      }
    }
    const [wrongHost] = refused.filter(({ option }) => isHostName(option));
    if (wrongHost || refused.length === 0) {
      return wrongHost ? { fault: wrongHost.problem } : tried;
    }
    options = options.filter((option) => !refused.some((each) => each.option === option));
    tried = await tryOptions(file, wanted, options, before !== undefined, ssh);
  }
  return 'fault' in tried ? tried : { ...tried, options, refused };
}

async function tryOptions(
  file: TriedFile,
  wanted: HostBlock,
  options: readonly ConfigOption[],
  hasSsh: boolean,
  ssh: SshGOptions,
): Promise<{ readonly block: string } | { readonly fault: Message }> {
  const block = formatHostBlock({ ...wanted, options });
  if ('error' in block) {
    return { fault: block.error.message };
  }
  const [untested] = hasSsh ? [] : options.flatMap((option) => refusalWithoutSsh(option) ?? []);
  const fault = hasSsh ? await faultOfWhole(file, { ...wanted, options }, block.value, ssh) : untested;
  return fault ? { fault } : { block: block.value };
}

/** The verdict on the whole file with the block, and whether the block has its effect there. */
async function faultOfWhole(
  { path, text }: TriedFile,
  { alias, options }: HostBlock,
  block: string,
  ssh: SshGOptions,
): Promise<Message | undefined> {
  const verdict = await verdictOf(withHostBlock(text, asLatin1(block)).text, alias, ssh);
  if (!verdict || 'stderr' in verdict) {
    return refusedWhole(path, verdict?.stderr ?? '');
  }
  const forOthers = await refusalForOthers(text, block, ssh);
  if (forOthers !== undefined) {
    return refusedWhole(path, forOthers);
  }
  const alone = await verdictOf(asLatin1(block), alias, ssh);
  const overridden =
    ['hostname', 'user', 'port'].find((keyword) => {
      const meant = valueIn(block, keyword);
      return meant !== undefined && !isOrBelow(verdict.values.get(keyword)?.[0], meant);
    }) ??
    options.find(({ keyword }) => {
      const plain = canonicalKeyword(keyword);
      const meant = alone && 'values' in alone && !lists.test(plain) ? alone.values.get(plain) : undefined;
      return meant !== undefined && meant.join('\n') !== verdict.values.get(plain)?.join('\n');
    })?.keyword;
  return overridden === undefined
    ? undefined
    : l10n.t(
        'Another line of {file} already sets {keyword} for "{alias}". Choose another alias, or edit the file yourself.',
        { file: unquoted(path), keyword: unquoted(overridden), alias: unquoted(alias) },
      );
}

/** Every line adds to these. */
const lists = /^(identityfile|certificatefile|sendenv|setenv|hostname)$/;

/** No Host block names it. */
const anotherHost = 'another-host.invalid';

/**
 * What ssh says about another host, if only the block is to blame: the IgnoreUnknown of a block counts for its own host,
 * and a keyword that ssh doesn't know ends ssh for every other.
 */
async function refusalForOthers(text: string, block: string, ssh: SshGOptions): Promise<string | undefined> {
  const after = await verdictOf(withHostBlock(text, asLatin1(block)).text, anotherHost, ssh);
  if (!after || !('stderr' in after)) {
    return undefined;
  }
  const before = await verdictOf(text, anotherHost, ssh);
  return before && 'stderr' in before ? undefined : after.stderr;
}

/** Whether it is this name, or a canonical one made of it. */
function isOrBelow(value: string | undefined, name: string): boolean {
  const plain = (value ?? '').toLowerCase();
  return plain === name.toLowerCase() || plain.startsWith(`${name.toLowerCase()}.`);
}

function refusedWhole(path: string, stderr: string): Message {
  return l10n.t('With this Host block, ssh would refuse {file}: {words}', {
    file: unquoted(path),
    words: firstWords(stderr),
  });
}

/** In lower case; undefined: not set, or only ssh knows what it stands for. */
function valueIn(block: string, keyword: string): string | undefined {
  const line = block
    .split('\n')
    .map(splitConfigLine)
    .find((each) => each?.keyword === keyword);
  const value = line?.words[0]?.replaceAll('%%', '\0').toLowerCase();
  return value?.includes('%') === true || value?.includes('${') === true
    ? undefined
    : value?.replaceAll('\0', '%');
}

/** Each option by itself, because ssh stops at the first that it refuses, and not every refusal names its line. */
async function refusalBySsh(
  option: ConfigOption,
  alias: string,
  ssh: SshGOptions,
): Promise<Message | undefined> {
  const single = formatHostBlock({ alias, destination: { host: alias }, options: [option] });
  if ('error' in single) {
    return single.error.message;
  }
  const verdict = await verdictOf(asLatin1(single.value), alias, ssh);
  return verdict && 'stderr' in verdict
    ? l10n.t('ssh refuses this {keyword}: {words}', {
        keyword: unquoted(option.keyword),
        words: firstWords(verdict.stderr),
      })
    : undefined;
}

const switches =
  /^(identitiesonly|tcpkeepalive|checkhostip|hashknownhosts|pubkeyauthentication|passwordauthentication)$/;
const files = /^(identityfile|certificatefile|userknownhostsfile)$/;
const commands = /^(proxycommand|localcommand|remotecommand)$/;

/** The few options whose every valid value is known here. */
function refusalWithoutSsh({ keyword, value }: ConfigOption): Message | undefined {
  const plain = keyword.toLowerCase();
  const words = splitConfigLine(`${keyword} ${value}`)?.words ?? [];
  const [word = ''] = words;
  const isValid =
    commands.test(plain) ||
    (words.length === 1 &&
      word !== '' &&
      ((switches.test(plain) && /^(yes|no)$/.test(word)) ||
        (files.test(plain) && !/[%$]/.test(word)) ||
        (/^(hostname|hostkeyalias|bindaddress)$/.test(plain) && /^[\w.:-]+$/.test(word))));
  return isValid
    ? undefined
    : l10n.t("No ssh is installed here, so {keyword} can't be checked before it is written.", {
        keyword: unquoted(keyword),
      });
}

function asLatin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** What messages of ssh call the copy. */
const copyName = '\0copy';

/** The copy lies in a folder of its own, which only this user can enter: it holds the user's own configuration. */
async function verdictOf(text: string, host: string, ssh: SshGOptions): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'ssh-tunnels-'));
  const configFile = join(folder, 'config');
  try {
    await writeFile(configFile, Buffer.from(text, 'latin1'), { mode: 0o600 });
    const finished = await trySshG({ host, configFile }, ssh);
    if (finished === undefined) {
      return undefined;
    }
    return finished.code === 0
      ? { values: parseSshGOutput(finished.stdout) }
      : { stderr: finished.stderr.replaceAll('\r', '').replaceAll(configFile, copyName) };
  } catch (error) {
    if (error instanceof TunnelFailure) {
      return { stderr: error.message };
    }
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of several lines, the first names the fault. The place in the copy would only mislead. */
function firstWords(stderr: string): Shown {
  const [first = ''] = stderr.trim().split('\n');
  const words = first.replace(/^\0copy:? line \d+: /, '').replaceAll(copyName, 'config');
  return unquoted(words.replace(/\.?$/, '.'));
}
