// Collects the properties of a tunnel from a command line, with the position of each in the line.
import { formatJsonPath } from '../../util/jsonPath';
import { keyOfKind } from '../parsing/parseForward';
import { parseForwardArgument, parseForwardSpec } from '../parsing/forwardSpec';
import type { ForwardSpec } from '../parsing/forwardSpec';
import { formatAddress } from '../../util/address';
import type { Message } from '../../util/l10n';
import { formatListen } from '../forward';
import type { ForwardKind } from '../forward';
import { replacePaths } from '../parsing/propertyReader';
import type { JsonPath } from '../../util/jsonPath';
import { quote } from '../../util/shown';
import { tunnelKeys } from '../parsing/tunnelKeys';
import type { Position } from './splitWords';

export class PropertyCollector {
  readonly #values = new Map<string, unknown>();
  readonly #positions = new Map<string, Position>();
  readonly #forwards: { kind: ForwardKind; value: unknown; position: Position; written: string }[] = [];
  /** As written, by path. */
  readonly #writtenForwards = new Map<string, string>();

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** Replaces an earlier value. */
  set(key: string, value: unknown, position: Position): void {
    this.#values.set(key, value);
    this.#positions.set(formatJsonPath([key]), position);
  }

  /** The first value counts, as in ssh. */
  setFirst(key: string, value: unknown, position: Position): void {
    if (!this.has(key)) {
      this.set(key, value, position);
    }
  }

  /** @param option before the text in messages: `-L` */
  addForward(kind: ForwardKind, option: string, text: string, position: Position): void {
    const written = `${option} ${text}`;
    this.#forwards.push({ kind, value: forwardValue(kind, text), position, written });
  }

  /** The properties as in the settings. @param gatewayPorts a forward without a bind address listens on all interfaces */
  record(gatewayPorts: boolean): Readonly<Record<string, unknown>> {
    const lists = new Map<string, unknown[]>();
    for (const { kind, value, position, written } of this.#forwards) {
      const key = keyOfKind[kind];
      const list = lists.get(key) ?? [];
      lists.set(key, list);
      this.#positions.set(formatJsonPath([key, list.length]), position);
      this.#writtenForwards.set(`${key}[${list.length}]`, written);
      list.push(gatewayPorts && kind !== 'remote' ? onAllInterfaces(kind, value) : value);
    }
    const values = new Map([...this.#values, ...lists]);
    const inOrder = tunnelKeys.filter((key) => values.has(key)).map((key) => [key, values.get(key)] as const);
    return Object.fromEntries<unknown>(inOrder);
  }

  /** The position of the value at a path, or of a value that contains it. */
  positionOf(path: JsonPath): Position | undefined {
    for (let length = path.length; length > 0; length--) {
      const position = this.#positions.get(formatJsonPath(path.slice(0, length)));
      if (position) {
        return position;
      }
    }
    const [key] = path;
    return this.#forwards.find(({ kind }) => keyOfKind[kind] === key)?.position;
  }

  /** A message in which the paths of valid forwards are replaced by the text of the command line. */
  replacePaths(message: Message): Message {
    return replacePaths(message, (path) => {
      const written = this.#writtenForwards.get(path);
      return written === undefined ? undefined : quote(written);
    });
  }
}

/** In the settings, a space separates listen and target; a path with a space needs an object. */
function forwardValue(kind: ForwardKind, text: string): unknown {
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

function onAllInterfaces(kind: ForwardKind, value: unknown): unknown {
  const parsed = typeof value === 'string' ? parseForwardSpec(kind, value) : undefined;
  const listen = parsed && 'value' in parsed ? parsed.value.listen : undefined;
  return listen && 'port' in listen && listen.bind === undefined ? `*:${String(value).trim()}` : value;
}
