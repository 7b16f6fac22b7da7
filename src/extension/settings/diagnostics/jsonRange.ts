// Finds the text range of a value in a JSON file with comments, for diagnostics.
import { findNodeAtLocation } from 'jsonc-parser';
import type { JSONPath, Node } from 'jsonc-parser';

/** Offsets in UTF-16 units; never empty. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The range of the value at the path, or of the deepest part of the path that exists.
 * @param at an offset in the string at the path. The range goes from there to the end of the field; colons, commas and
 * spaces end a field.
 */
export function rangeAt(text: string, root: Node, path: JSONPath, at?: number): TextRange {
  const node = nearestNode(root, path);
  if (at !== undefined && node.type === 'string') {
    return rangeInString(text, node, at);
  }
  return onOneLine(text, wholeOf(node));
}

function nearestNode(root: Node, path: JSONPath): Node {
  for (let depth = path.length; depth > 0; depth--) {
    const node = findNodeAtLocation(root, path.slice(0, depth));
    if (node) {
      return node;
    }
  }
  return root;
}

/** A key with its value; only the key if the value is an object or a list, which may be long. */
function wholeOf(node: Node): TextRange {
  const property = node.parent?.type === 'property' ? node.parent : undefined;
  const [key] = property?.children ?? [];
  const isLong = node.type === 'object' || node.type === 'array';
  const { offset, length } = isLong ? (key ?? node) : (property ?? node);
  return { start: offset, end: offset + length };
}

function onOneLine(text: string, { start, end }: TextRange): TextRange {
  const lineEnd = text.slice(start, end).search(/[\r\n]/);
  return { start, end: lineEnd < 0 ? end : start + lineEnd };
}

const field = /\[[^\]]*\]?|[^\s:,]+|[^]/y;

function rangeInString(text: string, node: Node, at: number): TextRange {
  const source = text.slice(node.offset, node.offset + node.length);
  const offsetOf = (unit: number): number => node.offset + unitOffset(source, unit);
  const value = String(node.value);
  if (at >= value.length) {
    // Something is missing at the end.
    const last = value === '' ? node.offset : offsetOf(value.length - 1);
    return { start: last, end: node.offset + node.length };
  }
  field.lastIndex = at;
  const length = field.exec(value)?.[0].length ?? 1;
  return { start: offsetOf(at), end: offsetOf(at + length) };
}

const escape = /\\(?:u[0-9a-fA-F]{4}|[^])/y;

/** The offset in a JSON string of a UTF-16 unit of its value (an escape is longer than one), or of the closing quote. */
function unitOffset(source: string, unit: number): number {
  const close = source.length - 1;
  let offset = 1;
  for (let passed = 0; passed < unit && offset < close; passed++) {
    escape.lastIndex = offset;
    offset += source[offset] === '\\' ? (escape.exec(source)?.[0].length ?? 1) : 1;
  }
  return Math.min(offset, close);
}

export interface TextPosition {
  /** Zero-based. */
  readonly line: number;
  readonly character: number;
}

/** The lines of a text, found once for all positions in it. */
export class TextLines {
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  }

  positionAt(offset: number): TextPosition {
    let [first, after] = [0, this.#starts.length];
    while (after - first > 1) {
      const middle = (first + after) >> 1;
      [first, after] = (this.#starts[middle] ?? 0) <= offset ? [middle, after] : [first, middle];
    }
    return { line: first, character: offset - (this.#starts[first] ?? 0) };
  }
}
