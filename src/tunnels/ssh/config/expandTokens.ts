// Expands `~`, `%` tokens and `${…}` in values of ssh_config: TOKENS and ENVIRONMENT VARIABLES in ssh_config(5).
import { createHash } from 'node:crypto';
import { posix, win32 } from 'node:path';
import { programData, variable } from '../../util/environment';
import { TunnelFailure } from '../../errors/errors';
import { invalidDefinition } from '../../errors/definition';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { quote, unquoted } from '../../util/shown';
import type { Shown } from '../../util/shown';
import type { LocalUser } from './localUser';

/** The values of the tokens that differ from host to host. */
export interface TokenSource {
  readonly alias: string;
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeyAlias: string | undefined;
  readonly proxyJump: string | undefined;
}

export interface Expander {
  /** Expands `~` and `~user` at the beginning. @throws TunnelFailure InvalidDefinition for an unknown user */
  tilde(path: string): string;
  /**
   * Expands `%` tokens and `${NAME}` in one pass.
   * @throws TunnelFailure InvalidDefinition for an unknown token or variable, at which ssh fails too
   */
  tokens(text: string): string;
  /** Expands only `%` tokens, for a shell. @throws TunnelFailure InvalidDefinition for an unknown token */
  commandTokens(text: string): string;
  /** Expands `~` and tokens, and makes a relative path absolute in the home folder, where the daemon runs. */
  path(text: string): string;
}

/** @param more tokens in addition to those that all keywords support */
export function makeExpander(
  source: TokenSource,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
  more: Readonly<Record<string, string>> = {},
  platform?: NodeJS.Platform,
): Expander {
  const values = { ...tokenValues(source, local), ...more };
  const tilde = (path: string): string => expandTilde(path, local);
  const tokens = (text: string): string => expandTokens(text, values, env);
  const commandTokens = (text: string): string => expandTokens(text, values, undefined);
  return {
    tilde,
    tokens,
    commandTokens,
    path: (text) => absolutePath(tokens(tilde(text)), local, env, platform),
  };
}

/** Makes a path absolute in the home folder. OpenSSH for Windows writes `__PROGRAMDATA__` for that folder. */
export function absolutePath(
  path: string,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string {
  const expanded = path.replace(/^__PROGRAMDATA__/, () => programData(env, platform));
  if ((platform === 'win32' ? win32 : posix).isAbsolute(expanded)) {
    return expanded;
  }
  // On Windows, too, ssh may have a home such as `/c/Users/me`.
  return (local.home.startsWith('/') ? posix : win32).resolve(local.home, expanded);
}

export function expandTilde(path: string, local: LocalUser): string {
  const [, name, rest = ''] = /^~([^/\\]*)(.*)$/s.exec(path) ?? [];
  if (name === undefined) {
    return path;
  }
  const home = name === '' || name === local.name ? local.home : local.homeOf(name);
  if (home === undefined) {
    const shown = shownPath(path);
    throwInvalid(
      shown === undefined
        ? l10n.t("A path names a user who doesn't exist on this machine.")
        : l10n.t("{path} names a user who doesn't exist on this machine.", { path: shown }),
      fixValue(),
    );
  }
  return `${home}${rest}`;
}

/**
 * @param env undefined: `${…}` stays as it is, for a shell to expand
 * @param onFault what happens at an unknown token or variable; default: throws TunnelFailure InvalidDefinition
 */
export function expandTokens(
  text: string,
  values: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv | undefined,
  onFault: (problem: Message, nextStep: Message) => never = throwInvalid,
): string {
  return text.replace(
    /\$\{([^}]*)(\}?)|%(.?)/gs,
    (match: string, name: string | undefined, end: string | undefined, token: string | undefined) => {
      if (name !== undefined && !env) {
        return match;
      }
      if (end === '') {
        return onFault(unclosedVariable(text), fixValue());
      }
      const value = name === undefined ? values[token ?? ''] : variable(env ?? {}, name);
      if (value === undefined) {
        return name === undefined
          ? onFault(unknownToken(text, `%${token ?? ''}`), fixValue())
          : onFault(unsetVariable(text, name), setVariable(name));
      }
      return value;
    },
  );
}

function unknownToken(text: string, token: string): Message {
  const shown = shownPath(text);
  return shown === undefined
    ? l10n.t('A value contains the unknown token {token}.', { token: quote(token) })
    : l10n.t('{text} contains the unknown token {token}.', { text: shown, token: quote(token) });
}

function unsetVariable(text: string, name: string): Message {
  const shown = shownPath(text);
  return shown === undefined
    ? l10n.t('A value contains the variable {variable}, which is not set.', { variable: quote(name) })
    : l10n.t('{text} contains the variable {variable}, which is not set.', {
        text: shown,
        variable: quote(name),
      });
}

/** An error of ssh, too: vdollar_percent_expand() in OpenSSH's misc.c. */
function unclosedVariable(text: string): Message {
  const shown = shownPath(text);
  return shown === undefined
    ? l10n.t('A value contains a variable without a closing brace.')
    : l10n.t('{text} contains a variable without a closing brace.', { text: shown });
}

/** undefined: it may be a command, which may have a password among its arguments. */
function shownPath(text: string): Shown | undefined {
  return /^([/~]|%d|\$\{)\S*$/.test(text) ? quote(text) : undefined;
}

/**
 * The tokens of ProxyCommand and ProxyJump: those that ssh_config(5) lists, and `%k`, which it does not list
 * (expand_proxy_command() in OpenSSH's sshconnect.c).
 */
export function proxyTokens({
  alias,
  hostName,
  port,
  user,
  hostKeyAlias = alias,
}: Omit<TokenSource, 'proxyJump' | 'hostKeyAlias'> & Partial<TokenSource>): Readonly<Record<string, string>> {
  return { '%': '%', h: hostName, k: hostKeyAlias, n: alias, p: String(port), r: user };
}

/** DEFAULT_CLIENT_PERCENT_EXPAND_ARGS in OpenSSH's sshconnect.h. */
export function tokenValues(source: TokenSource, local: LocalUser): Readonly<Record<string, string>> {
  const { alias, hostName, user, hostKeyAlias } = source;
  const port = String(source.port);
  const jump = source.proxyJump ?? '';
  const jumpHost =
    /(?:^|[,@/])(\[[^\]]*\]|[^,@:/]*)(?::\d*)?$/.exec(jump)?.[1]?.replace(/^\[|\]$/g, '') ?? '';
  const connection = [local.machine, hostName, port, user, jumpHost].join('');
  return {
    '%': '%',
    C: createHash('sha1').update(connection).digest('hex'),
    L: local.machine.replace(/\..*/s, ''),
    d: local.home,
    h: hostName,
    i: String(local.uid),
    j: jumpHost,
    k: hostKeyAlias ?? alias,
    l: local.machine,
    n: alias,
    p: port,
    r: user,
    u: local.name,
  };
}

function throwInvalid(problem: Message, nextStep: Message): never {
  throw new TunnelFailure(invalidDefinition(problem, nextStep));
}

function fixValue(): Message {
  return l10n.t('Fix that value in your SSH config.');
}

/** The next step for a variable that ssh_config uses, and that isn't set. */
export function setVariable(name: string): Message {
  return l10n.t('Set {variable} and restart the editor, or change the line that uses it.', {
    variable: unquoted(name),
  });
}
