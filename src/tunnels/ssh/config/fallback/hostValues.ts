// The values for one host while the files are read: of most keywords the first that is found, as in ssh_config(5).
import { asciiLowerCase } from '../../../util/glob';
import { expandTokens, makeExpander } from '../expandTokens';
import type { Expander } from '../expandTokens';
import type { LocalUser } from '../localUser';
import type { SshGQuery } from '../sshG';
import { cumulativeKeywords } from './keywords';

export class HostValues {
  readonly #query: SshGQuery;
  readonly #local: LocalUser;
  /** By keyword in lower case, as `ssh -G` prints them. */
  readonly #values = new Map<string, readonly string[]>();
  #isFinal = false;

  constructor(query: SshGQuery, local: LocalUser) {
    this.#query = query;
    this.#local = local;
    if (query.user !== undefined) {
      this.#values.set('user', [query.user]);
    }
    if (query.port !== undefined) {
      this.#values.set('port', [String(query.port)]);
    }
    if (query.withoutProxyJump === true) {
      this.#values.set('proxyjump', ['none']);
    }
  }

  /** In readconf.c, `ProxyJump none` leaves room for a ProxyCommand; any other ProxyJump and a ProxyCommand exclude each other. */
  add(keyword: string, values: readonly string[]): void {
    const before = this.#values.get(keyword);
    if (cumulativeKeywords.has(keyword)) {
      this.#values.set(keyword, [...new Set([...(before ?? []), ...values])]);
      return;
    }
    const jump = this.first('proxyjump');
    const isExcluded =
      (keyword === 'proxyjump' && !isNone(values[0]) && this.#values.has('proxycommand')) ||
      (keyword === 'proxycommand' && jump !== undefined && !isNone(jump));
    if (before === undefined && !isExcluded) {
      this.#values.set(keyword, values);
    }
  }

  first(keyword: string): string | undefined {
    return this.#values.get(keyword)?.[0];
  }

  all(keyword: string): readonly string[] | undefined {
    return this.#values.get(keyword);
  }

  entries(): Iterable<readonly [string, readonly string[]]> {
    return this.#values;
  }

  get user(): string {
    return this.first('user') ?? this.#local.name;
  }

  /**
   * HostName with its tokens expanded, or the host itself.
   * @throws TunnelFailure InvalidDefinition for an unknown token
   */
  get hostNameSoFar(): string {
    const written = this.first('hostname');
    return written === undefined || this.#isFinal
      ? (written ?? this.#query.host)
      : expandTokens(written, { '%': '%', h: this.#query.host }, undefined);
  }

  /** In lower case, unless it may be an address with a zone. @throws TunnelFailure InvalidDefinition for an unknown token */
  get hostName(): string {
    const name = this.hostNameSoFar;
    return name.includes('%') ? name : asciiLowerCase(name);
  }

  /** From now on, no HostName line counts. */
  setHostName(name: string): void {
    this.#values.set('hostname', [name]);
    this.#isFinal = true;
  }

  /** Of the tokens and variables in other values. */
  expander(env: NodeJS.ProcessEnv): Expander {
    const alias = this.first('hostkeyalias');
    return this.#expander(env, this.hostName, alias === undefined ? undefined : asciiLowerCase(alias));
  }

  /** While the files are read, for Include and Match: expand_match_exec_or_include_path() in readconf.c. */
  expanderSoFar(env: NodeJS.ProcessEnv): Expander {
    const hostName = this.hostNameSoFar;
    return this.#expander(env, hostName, this.first('hostkeyalias') ?? hostName);
  }

  #expander(env: NodeJS.ProcessEnv, hostName: string, hostKeyAlias: string | undefined): Expander {
    const jump = this.first('proxyjump');
    return makeExpander(
      {
        alias: this.#query.host,
        hostName,
        user: this.user,
        port: Number(this.first('port') ?? 22),
        hostKeyAlias,
        proxyJump: isNone(jump) ? undefined : jump,
      },
      this.#local,
      env,
    );
  }
}

function isNone(value: string | undefined): boolean {
  return value?.toLowerCase() === 'none';
}
