// What must not repeat within a tunnel: labels, variables, and places to listen; and the labels nobody gave.
import { formatJsonPath } from './definition';
import { variablesBy } from './envName';
import { formatListen } from './forward';
import type { Forward, IfPortBusy, Listen } from './forward';
import type { ForwardSpec } from './forwardSpec';
import type { JsonPath, Report } from './recordReader';
import { quote } from '../util/text';

/** A forward that has no label yet unless it was given one. */
export interface DraftForward {
  readonly spec: ForwardSpec;
  readonly path: JsonPath;
  readonly label: string | undefined;
  readonly env: string | undefined;
  readonly protocol: string | undefined;
  readonly ifPortBusy: IfPortBusy;
}

/** Gives every forward its label, and reports those that clash with an earlier one. */
export function labelForwards(drafts: readonly DraftForward[], report: Report): Forward[] {
  refuseRepeats(drafts, report);
  const taken = new Set(drafts.flatMap(({ label }) => (label === undefined ? [] : [label])));
  return drafts.map((draft) => {
    const label = draft.label ?? freeLabel(draft.spec, taken);
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

/** The listen port or path; where that is taken with the address, the kind, or a number at last. */
function freeLabel({ kind, listen }: ForwardSpec, taken: ReadonlySet<string>): string {
  const short = 'path' in listen ? listen.path : String(listen.port);
  const long = formatListen(listen);
  const free = [short, long, `${kind} ${long}`].find((label) => !taken.has(label));
  if (free !== undefined) {
    return free;
  }
  let number = 2;
  while (taken.has(`${long} (${number})`)) {
    number++;
  }
  return `${long} (${number})`;
}

function refuseRepeats(drafts: readonly DraftForward[], report: Report): void {
  const labels = new FirstUse();
  const envs = new FirstUse();
  const variables = new FirstUse();
  const places = new FirstUse();
  for (const { spec, path, label, env } of drafts) {
    const sameLabel = labels.claim(label === undefined ? [] : [label], path);
    if (label !== undefined && sameLabel !== undefined) {
      report([...path, 'label'], `${quote(label)} is already the label of ${sameLabel}; each needs its own.`);
    }
    const sameEnv = envs.claim(env === undefined ? [] : [env], path);
    const sameVariable = variables.claim(env === undefined ? [] : variablesBy(env), path);
    if (env !== undefined && sameEnv !== undefined) {
      report([...path, 'env'], `${quote(env)} is already the env of ${sameEnv}; each needs its own.`);
    } else if (env !== undefined && sameVariable !== undefined) {
      const message = `${quote(env)} and the env of ${sameVariable} set a variable of one name, with the …_HOST and …_ADDRESS beside it.`;
      report([...path, 'env'], message);
    }
    const samePlace = places.claim(placesOf(spec), path);
    if (samePlace !== undefined) {
      report(path, `${quote(formatListen(spec.listen))} is already listened on by ${samePlace}.`);
    }
  }
}

/** Who came first. */
class FirstUse {
  readonly #paths = new Map<string, JsonPath>();

  /** Takes the keys; gives who had one of them before, as people write its place. */
  claim(keys: readonly string[], path: JsonPath): string | undefined {
    const earlier = keys.map((key) => this.#paths.get(key)).find((found) => found !== undefined);
    for (const key of keys) {
      if (!this.#paths.has(key)) {
        this.#paths.set(key, path);
      }
    }
    return earlier && formatJsonPath(earlier).slice(1);
  }
}

/**
 * Where a forward listens, as keys: two that share one can't both. Local and dynamic forwards listen on the same
 * machine. Port 0 is another one each time.
 */
export function placesOf({ kind, listen }: Pick<ForwardSpec, 'kind' | 'listen'>): string[] {
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
