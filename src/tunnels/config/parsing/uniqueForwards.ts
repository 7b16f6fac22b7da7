// Checks that labels, variables and bind addresses are unique within a tunnel, and creates missing labels.
import { formatJsonPath } from '../../util/jsonPath';
import { formatListen } from '../forward';
import type { Forward, IfPortBusy, Listen } from '../forward';
import type { ForwardSpec } from './forwardSpec';
import type { Report } from './propertyReader';
import type { JsonPath } from '../../util/jsonPath';
import { deferred as l10n } from '../../util/l10n';
import { quote, unquoted } from '../../util/shown';
import type { Shown } from '../../util/shown';

/** A parsed forward, whose label may still be missing. */
export interface DraftForward {
  readonly spec: ForwardSpec;
  readonly path: JsonPath;
  readonly label: string | undefined;
  readonly env: string | undefined;
  readonly protocol: string | undefined;
  readonly ifPortBusy: IfPortBusy;
}

/** Gives every forward a label, and reports forwards that conflict with an earlier one. */
export function labelForwards(drafts: readonly DraftForward[], report: Report): Forward[] {
  reportDuplicates(drafts, report);
  const taken = new Set(drafts.flatMap(({ label }) => (label === undefined ? [] : [label])));
  const numbers = new Map<string, number>();
  return drafts.map((draft) => {
    const label = draft.label ?? freeLabel(draft.spec, taken, numbers);
    taken.add(label);
    return finish(draft, label);
  });
}

function finish({ spec, env, protocol, ifPortBusy }: DraftForward, label: string): Forward {
  return {
    ...spec,
    label,
    ifPortBusy,
    ...(env !== undefined && { env }),
    ...(protocol !== undefined && { protocol }),
  };
}

/** The port or path. If that label is used already, with the bind address, then with the kind, then with a number. */
function freeLabel(
  { kind, listen }: ForwardSpec,
  taken: ReadonlySet<string>,
  numbers: Map<string, number>,
): string {
  const short = 'path' in listen ? listen.path : String(listen.port);
  const long = formatListen(listen);
  const free = [short, long, `${kind} ${long}`].find((label) => !taken.has(label));
  if (free !== undefined) {
    return free;
  }
  let number = numbers.get(long) ?? 2;
  while (taken.has(`${long} (${number})`)) {
    number++;
  }
  numbers.set(long, number);
  return `${long} (${number})`;
}

function reportDuplicates(drafts: readonly DraftForward[], report: Report): void {
  const labels = new FirstUse();
  const envs = new FirstUse();
  const bindings = new FirstUse();
  for (const { spec, path, label, env } of drafts) {
    const sameLabel = labels.claim(label === undefined ? [] : [label], path);
    if (label !== undefined && sameLabel !== undefined) {
      report(
        [...path, 'label'],
        l10n.t('{label} is already the label of {other}; labels must be unique.', {
          label: quote(label),
          other: sameLabel,
        }),
      );
    }
    const sameEnv = envs.claim(env === undefined ? [] : [env], path);
    if (env !== undefined && sameEnv !== undefined) {
      report(
        [...path, 'env'],
        l10n.t('{env} is already the env of {other}; each env must be unique.', {
          env: quote(env),
          other: sameEnv,
        }),
      );
    }
    const sameBinding = bindings.claim(bindingKeys(spec), path);
    if (sameBinding !== undefined) {
      report(
        path,
        l10n.t('{listen} is already used by {other}.', {
          listen: quote(formatListen(spec.listen)),
          other: sameBinding,
        }),
      );
    }
  }
}

/** Remembers which path used a key first. */
class FirstUse {
  readonly #paths = new Map<string, JsonPath>();

  /** Claims the keys. @returns the path, for display, that claimed one of them before */
  claim(keys: readonly string[], path: JsonPath): Shown | undefined {
    const earlier = keys.map((key) => this.#paths.get(key)).find((found) => found !== undefined);
    for (const key of keys) {
      if (!this.#paths.has(key)) {
        this.#paths.set(key, path);
      }
    }
    return earlier && unquoted(formatJsonPath(earlier).slice(1));
  }
}

/**
 * The bind addresses of a forward as keys: two forwards with a common key conflict. Local and dynamic forwards listen on
 * the same machine. Port 0 never conflicts.
 */
export function bindingKeys({ kind, listen }: Pick<ForwardSpec, 'kind' | 'listen'>): string[] {
  const machine = kind === 'remote' ? 'server' : 'here';
  return addressesOf(listen).map((address) => `${machine} ${address}`);
}

function addressesOf(listen: Listen): string[] {
  if ('path' in listen) {
    return [listen.path];
  }
  if (listen.port === 0) {
    return [];
  }
  const onLoopback = listen.bind === undefined || listen.bind.toLowerCase() === 'localhost';
  const hosts = onLoopback ? ['127.0.0.1', '::1'] : [listen.bind.toLowerCase()];
  return hosts.map((host) => `${host} ${listen.port}`);
}
