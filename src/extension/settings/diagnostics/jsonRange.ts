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
  // The offsets of the string's UTF-16 units (without the quotes) and of the closing quote.
  const offsets = unitOffsets(text.slice(node.offset, node.offset + node.length)).map(
    (offset) => offset + node.offset,
  );
  const value = String(node.value);
  if (at >= value.length) {
    // Something is missing at the end.
    const last = offsets.at(-2) ?? node.offset;
    return { start: last, end: node.offset + node.length };
  }
  field.lastIndex = at;
  const length = field.exec(value)?.[0].length ?? 1;
  const start = offsets[at] ?? node.offset;
  return { start, end: offsets[at + length] ?? node.offset + node.length };
}

/** The source offset of each UTF-16 unit of a JSON string (an escape is longer than one), and of the closing quote. */
function unitOffsets(source: string): number[] {
  const units = [...source.slice(1, -1).matchAll(/\\u[0-9a-fA-F]{4}|\\[^]|[^]/g)];
  return [...units.map(({ index }) => index + 1), source.length - 1];
}

export interface TextPosition {
  /** Zero-based. */
  readonly line: number;
  readonly character: number;
}

export function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length - 1, character: offset - lineStart };
}
