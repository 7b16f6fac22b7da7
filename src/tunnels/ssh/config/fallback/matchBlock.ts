// Whether a Match block of ssh_config applies: match_cfg_line() in OpenSSH's readconf.c.
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { asciiLowerCase, matchesPatternList } from '../../../util/glob';
import { RefusedLine } from './parseValue';

/** What is known of the host where the block stands. */
export interface MatchSubject {
  /** The HostName so far, or the host itself. */
  readonly hostName: string;
  readonly originalHost: string;
  readonly user: string;
  readonly localUser: string;
  readonly tag: string;
  /** Whether the files are read for the second time, with the final HostName. */
  readonly isFinalPass: boolean;
  /** Called for `final`, whether or not the block matches. */
  readonly wantFinalPass: () => void;
  /** Runs a command with its tokens not yet expanded. @returns whether it has exited with 0 */
  readonly run: (command: string) => Promise<boolean>;
}

/**
 * `version` never matches, nor does its negation: no ssh is installed that could have one.
 * @param words those behind `Match`
 * @throws RefusedLine for a criterion that ssh doesn't know, or that has no value
 * @throws what `run` throws
 */
export async function matchesBlock(words: readonly string[], subject: MatchSubject): Promise<boolean> {
  let matches = true;
  let count = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const isNegated = word.startsWith('!');
    const [name, inWord] = splitCriterion(isNegated ? word.slice(1) : word);
    if (name === 'all') {
      return count > 1 || (words[at + 1] ?? '') !== '' ? badCondition() : matches && !isNegated;
    }
    count++;
    if (name === 'canonical' || name === 'final') {
      if (name === 'final' && !isNegated) {
        subject.wantFinalPass();
      }
      matches &&= subject.isFinalPass !== isNegated;
      continue;
    }
    const value = inWord ?? words[++at];
    if (value === undefined || (value === '' && name !== 'tagged' && name !== 'command')) {
      badCondition();
    }
    // Commands are run only if all before matched.
    const result: boolean | undefined =
      name === 'exec' ? matches && (await subject.run(value)) : isMet(name, value, subject);
    matches &&= result !== undefined && result !== isNegated;
  }
  return count === 0 ? badCondition() : matches;
}

/** `NAME`, or since OpenSSH 10 also `NAME=VALUE`. */
export function splitCriterion(word: string): readonly [name: string, value: string | undefined] {
  const [, name, value] =
    /^(host|originalhost|user|localuser|localnetwork|version|tagged|command|exec)=(.*)$/is.exec(word) ?? [];
  return name === undefined ? [asciiLowerCase(word), undefined] : [asciiLowerCase(name), value];
}

function isMet(name: string, value: string, subject: MatchSubject): boolean | undefined {
  const patterns = value.split(',');
  switch (name) {
    case 'host':
      return matchesHost(subject.hostName, patterns);
    case 'originalhost':
      return matchesHost(subject.originalHost, patterns);
    case 'user':
      return matchesPatternList(subject.user, patterns);
    case 'localuser':
      return matchesPatternList(subject.localUser, patterns);
    case 'tagged':
      return matchesOrIsEmpty(subject.tag, value);
    case 'command':
      return matchesOrIsEmpty('', value);
    // As with `ssh -N`.
    case 'sessiontype':
      return matchesPatternList('none', patterns);
    case 'localnetwork':
      return isOnNetwork(patterns);
    case 'version':
      return undefined;
    default:
      return badCondition();
  }
}

function matchesHost(name: string, patterns: readonly string[]): boolean {
  return matchesPatternList(asciiLowerCase(name), patterns.map(asciiLowerCase));
}

function matchesOrIsEmpty(text: string, list: string): boolean {
  return text === '' ? list === '' : matchesPatternList(text, list.split(','));
}

/** Addresses, or networks as `ADDRESS/BITS`. */
function isOnNetwork(networks: readonly string[]): boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : /^\d+$/.test(bits) ? Number(bits) : NaN;
    if (version === 0 || !(prefix <= most)) {
      badCondition();
    }
    list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  }
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .some(({ address, family }) => list.check(address, family === 'IPv4' ? 'ipv4' : 'ipv6'));
}

function badCondition(): never {
  throw new RefusedLine('Bad Match condition');
}
