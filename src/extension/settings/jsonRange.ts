// Where something stands in the text of a JSON file with comments: what an editor underlines.
import { findNodeAtLocation } from 'jsonc-parser';
import type { JSONPath, Node } from 'jsonc-parser';

/** Offsets in UTF-16 units; never empty. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The value at the path, or as much of the path as there is.
 * @param at where in the string at the path: from there to the end of the field, as colons, commas and spaces end it
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

/** A key with its plain value; of an object or a list, which may be long, the key alone. */
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
  // The places of the string's units, without the quotes, and of the closing quote.
  const places = unitPlaces(text.slice(node.offset, node.offset + node.length)).map(
    (place) => place + node.offset,
  );
  const value = String(node.value);
  if (at >= value.length) {
    // Something is missing at the end.
    const last = places.at(-2) ?? node.offset;
    return { start: last, end: node.offset + node.length };
  }
  field.lastIndex = at;
  const length = field.exec(value)?.[0].length ?? 1;
  const start = places[at] ?? node.offset;
  return { start, end: places[at + length] ?? node.offset + node.length };
}

/** For each UTF-16 unit of a JSON string where its source begins, an escape being longer; and for the closing quote. */
function unitPlaces(source: string): number[] {
  const units = [...source.slice(1, -1).matchAll(/\\u[0-9a-fA-F]{4}|\\[^]|[^]/g)];
  return [...units.map(({ index }) => index + 1), source.length - 1];
}

export interface TextPosition {
  /** From 0, as editors count. */
  readonly line: number;
  readonly character: number;
}

export function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length - 1, character: offset - lineStart };
}
