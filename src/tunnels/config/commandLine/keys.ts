// Gathers the keys of the tunnel that a command line stands for, and where in the line each was said.
import { formatJsonPath } from '../definition';
import { parseForwardArgument, parseForwardSpec } from '../forwardSpec';
import type { ForwardSpec } from '../forwardSpec';
import { formatAddress } from '../../util/address';
import { formatListen } from '../forward';
import type { ForwardKind } from '../forward';
import type { JsonPath } from '../recordReader';
import { tunnelKeys } from '../tunnelKeys';
import type { Place } from './words';

/** A place, and what stands there, as a sentence names it. */
export interface KeyPlace extends Place {
  readonly shown: string;
}

const keyOfKind = { local: 'localForward', remote: 'remoteForward', dynamic: 'dynamicForward' } as const;

export class TunnelKeys {
  readonly #values = new Map<string, unknown>();
  readonly #places = new Map<string, KeyPlace>();
  readonly #forwards: { kind: ForwardKind; value: unknown; place: KeyPlace }[] = [];

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** Overrides what was said before. */
  set(key: string, value: unknown, place: KeyPlace): void {
    this.#values.set(key, value);
    this.#places.set(formatJsonPath([key]), place);
  }

  /** The first counts, as for ssh. */
  setFirst(key: string, value: unknown, place: KeyPlace): void {
    if (!this.has(key)) {
      this.set(key, value, place);
    }
  }

  addForward(kind: ForwardKind, text: string, place: KeyPlace): void {
    this.#forwards.push({ kind, value: withoutSpaces(kind, text), place });
  }

  /** As a tunnel of the settings has them. `isOpen`: a forward without an address listens on every interface. */
  record(isOpen: boolean): Readonly<Record<string, unknown>> {
    const lists = new Map<string, unknown[]>();
    for (const { kind, value, place } of this.#forwards) {
      const key = keyOfKind[kind];
      const list = lists.get(key) ?? [];
      lists.set(key, list);
      this.#places.set(formatJsonPath([key, list.length]), place);
      list.push(isOpen && kind !== 'remote' ? openWide(kind, value) : value);
    }
    const values = new Map([...this.#values, ...lists]);
    const inOrder = tunnelKeys.filter((key) => values.has(key)).map((key) => [key, values.get(key)] as const);
    return Object.fromEntries<unknown>(inOrder);
  }

  /** Where the value at a path stands, or one that it is a part of. */
  placeOf(path: JsonPath): KeyPlace | undefined {
    for (let length = path.length; length > 0; length--) {
      const place = this.#places.get(formatJsonPath(path.slice(0, length)));
      if (place) {
        return place;
      }
    }
    const [key] = path;
    return this.#forwards.find(({ kind }) => keyOfKind[kind] === key)?.place;
  }

  /** A sentence with the paths in it replaced by what stands there. */
  inWords(message: string): string {
    return message.replace(/\b\w+Forward\[\d+\]/g, (path) => {
      const place = this.#places.get(`.${path}`);
      return place ? place.shown : path;
    });
  }
}

/** In the settings a space parts the halves of a forward; a path that holds one stands in an object. */
function withoutSpaces(kind: ForwardKind, text: string): unknown {
  if (!/\s/.test(text.trim())) {
    return text;
  }
  const parsed = parseForwardArgument(kind, text);
  return 'value' in parsed ? asObject(parsed.value) : text;
}

function asObject(spec: ForwardSpec): object {
  const listen = formatListen(spec.listen);
  const target = spec.kind === 'dynamic' ? undefined : spec.target;
  return target === undefined ? { listen } : { listen, target: formatAddress(target) };
}

function openWide(kind: ForwardKind, value: unknown): unknown {
  const parsed = typeof value === 'string' ? parseForwardSpec(kind, value) : undefined;
  const listen = parsed && 'value' in parsed ? parsed.value.listen : undefined;
  return listen && 'port' in listen && listen.bind === undefined ? `*:${String(value).trim()}` : value;
}
