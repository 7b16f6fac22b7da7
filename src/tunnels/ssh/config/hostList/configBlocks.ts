// The blocks of an ssh_config, as far as they have forwards or what the paths of forwards depend on, and the hosts that
// each applies to.
import type { ConfigLocation } from '../../../config/definition';
import type { ConfigLine } from '../../../config/configLine';
import type { Steps } from '../../../util/pacing/slices';
import type { LocalUser } from '../localUser';
import { HostPatterns, hostNameIn } from './hostPatterns';
import type { Condition, KnownValues } from './hostPatterns';

const forwardKeywords = ['localforward', 'remoteforward', 'dynamicforward'] as const;
export type ForwardKeyword = (typeof forwardKeywords)[number];

/** Those that tokens of paths and criteria of Match blocks depend on; and of several, the first counts. */
const valueKeywords = ['hostname', 'user', 'port', 'hostkeyalias', 'proxyjump', 'proxycommand'] as const;
export type ValueKeyword = (typeof valueKeywords)[number];

/** All of them must match: those of the block, and those of the blocks that include its file. */
export type Conditions = readonly Condition[];

/** A line, with the conditions under which it applies. */
export interface ConditionalLine extends ConfigLocation, ConfigLine {
  readonly conditions: Conditions;
  /** Of all lines of all files, in the order of their reading. */
  readonly number: number;
}

export type ForwardLine = ConditionalLine & { readonly keyword: ForwardKeyword };
export type FirstValues = Readonly<Partial<Record<ValueKeyword, string>>>;

/** What is known of one host. */
export interface HostLines {
  /** In file order. Empty if the host has none of its own. */
  readonly forwards: readonly ForwardLine[];
  readonly isCleared: boolean;
  /** Only if a token of a forward needs them. */
  readonly values: FirstValues;
}

/** Lines with the same conditions. */
interface Block {
  readonly conditions: Conditions;
  readonly forwards: ForwardLine[];
  /** Of the other lines, the first of each keyword. */
  readonly firsts: Map<string, ConditionalLine>;
}

export class ConfigBlocks {
  readonly #blocks = new Map<Conditions, Block>();
  readonly #local: LocalUser;
  #needsValues = false;

  constructor(local: LocalUser) {
    this.#local = local;
  }

  add(line: ConditionalLine): void {
    const { conditions, keyword } = line;
    const isValue =
      keyword === 'clearallforwardings' || (valueKeywords as readonly string[]).includes(keyword);
    if (!isForward(line) && !isValue) {
      return;
    }
    const block: Block = this.#blocks.get(conditions) ?? { conditions, forwards: [], firsts: new Map() };
    this.#blocks.set(conditions, block);
    if (isForward(line)) {
      block.forwards.push(line);
      this.#needsValues ||= line.words.some((word) => word.includes('/') && /%[Chjkpr]/.test(word));
    } else if (!block.firsts.has(keyword)) {
      block.firsts.set(keyword, line);
    }
    this.#needsValues ||= conditions.some(
      (condition) => 'criteria' in condition && condition.criteria.length > 0,
    );
  }

  /**
   * @returns what the files say of an alias. It is put together when it is asked for: a forward may be that of all hosts
   * @throws TooManyComparisons
   */
  *find(aliases: ReadonlySet<string>): Steps<(alias: string) => HostLines> {
    const values = new ValuesByAlias();
    const patterns = new HostPatterns(aliases, values, this.#local);
    const blocks = [...this.#blocks.values()];
    if (this.#needsValues) {
      // In their order, because a Match block depends on the values above it.
      for (const block of blocks) {
        for (const alias of yield* patterns.among(aliases, block.conditions)) {
          values.add(alias, block.firsts);
        }
        yield;
      }
    }
    const listed = new Set<string>();
    for (const { conditions, forwards } of blocks) {
      if (forwards.length > 0) {
        for (const alias of yield* patterns.specific(conditions)) {
          listed.add(alias);
        }
      }
      yield;
    }
    const blocksOf = new Map<string, Block[]>();
    for (const block of blocks.filter(
      ({ forwards, firsts }) => forwards.length > 0 || firsts.has('clearallforwardings'),
    )) {
      for (const alias of yield* patterns.among(listed, block.conditions)) {
        const known = blocksOf.get(alias) ?? [];
        known.push(block);
        blocksOf.set(alias, known);
      }
      yield;
    }
    return (alias) => {
      const own = blocksOf.get(alias) ?? [];
      return {
        forwards: inOrder(own.flatMap(({ forwards }) => forwards)),
        isCleared: isCleared(own),
        values: this.#needsValues ? values.of(alias) : {},
      };
    };
  }
}

class ValuesByAlias implements KnownValues {
  readonly #lines = new Map<string, Map<string, ConditionalLine>>();
  readonly #byHostName = new Map<string, Set<string>>();

  add(alias: string, firsts: ReadonlyMap<string, ConditionalLine>): void {
    const known = this.#lines.get(alias) ?? new Map<string, ConditionalLine>();
    this.#lines.set(alias, known);
    for (const [keyword, line] of firsts) {
      if (line.number < (known.get(keyword)?.number ?? Infinity)) {
        known.set(keyword, line);
        if (keyword === 'hostname') {
          const name = hostNameIn(line.words[0], alias);
          const named = this.#byHostName.get(name) ?? new Set();
          this.#byHostName.set(name, named.add(alias));
        }
      }
    }
  }

  withHostName(name: string): Iterable<string> {
    return this.#byHostName.get(name) ?? [];
  }

  /** @param before the number of a line */
  get(alias: string, keyword: ValueKeyword, before: number): string | undefined {
    const line = this.#lines.get(alias)?.get(keyword);
    return line && line.number < before ? line.words[0] : undefined;
  }

  /** A ProxyJump behind a ProxyCommand doesn't count. */
  of(alias: string): FirstValues {
    const command = this.#lines.get(alias)?.get('proxycommand')?.number ?? Infinity;
    const value = (keyword: ValueKeyword): object => {
      const text = this.get(alias, keyword, keyword === 'proxyjump' ? command : Infinity);
      return text === undefined ? {} : { [keyword]: text };
    };
    return Object.assign({}, ...valueKeywords.map(value)) as FirstValues;
  }
}

function isForward(line: ConditionalLine): line is ForwardLine {
  return (forwardKeywords as readonly string[]).includes(line.keyword);
}

/** Of several ClearAllForwardings, the first counts. */
function isCleared(blocks: readonly Block[]): boolean {
  const lines = blocks.flatMap(({ firsts }) => firsts.get('clearallforwardings') ?? []);
  return /^(yes|true)$/i.test(inOrder(lines)[0]?.words[0] ?? '');
}

function inOrder<T extends ConditionalLine>(lines: readonly T[]): readonly T[] {
  return [...lines].sort((a, b) => a.number - b.number);
}
