// Changes one value of a JSON text with comments, and leaves every other character as it is.
import { applyEdits, createScanner, findNodeAtLocation, modify, parseTree } from 'jsonc-parser';
import type { Node } from 'jsonc-parser';
import type { JsonChange, JsonPath } from '../../tunnels/util/jsonPath';

/** @param change `undefined` removes the value. Objects that the path leads through are made if they are missing. */
export function changeJson(text: string, { path, value }: JsonChange): string {
  const root = parseTree(text);
  const node = root && findNodeAtLocation(root, [...path]);
  const layout = layoutOf(text);
  if (value === undefined) {
    return node ? remove(text, node.parent?.type === 'property' ? node.parent : node) : text;
  }
  if (node) {
    const written = write(value, isOneLine(text, node), indentAt(text, node.offset), layout);
    return splice(text, node.offset, node.length, written);
  }
  for (let depth = path.length - 1; root && depth >= 0; depth--) {
    const parent = findNodeAtLocation(root, path.slice(0, depth));
    if (parent?.type === 'object' || parent?.type === 'array') {
      return insert(text, parent, { path: path.slice(depth), value }, layout);
    }
  }
  // No object is there yet, or something that isn't JSON.
  return applyEdits(
    text,
    modify(text, [...path], value, { formattingOptions: { insertSpaces: true, tabSize: 2 } }),
  );
}

interface Layout {
  readonly lineBreak: string;
  /** One level. */
  readonly indent: string;
}

function layoutOf(text: string): Layout {
  const [, indent = '  '] = /^([ \t]+)\S/m.exec(text) ?? [];
  return {
    lineBreak: text.includes('\r\n') ? '\r\n' : '\n',
    indent: indent.startsWith('\t') ? '\t' : indent,
  };
}

/** As the last of the parent, in the way its neighbour is written. */
function insert(text: string, parent: Node, { path, value }: JsonChange, layout: Layout): string {
  const children = parent.children ?? [];
  const last = children.at(-1);
  const isFlat = last !== undefined && isOneLine(text, parent);
  const base = indentAt(text, parent.offset);
  const inner = last && !isFlat ? indentAt(text, last.offset) : `${base}${layout.indent}`;
  const isShort = last !== undefined && isOneLine(text, last.children?.[1] ?? last) && isCompound(last);
  const item = property(parent, path, value, (each) => write(each, isFlat || isShort, inner, layout));
  if (!last) {
    const inside = text.slice(parent.offset + 1, parent.offset + parent.length - 1);
    const kept = inside.trimEnd();
    return splice(
      text,
      parent.offset + 1,
      inside.length,
      `${kept}${layout.lineBreak}${inner}${item}${layout.lineBreak}${base}`,
    );
  }
  const own = commaAfter(text, last);
  const end = (own ?? last.offset + last.length - 1) + 1;
  const comma = own === undefined ? ',' : '';
  if (isFlat) {
    return splice(text, end, 0, `${comma} ${item}`);
  }
  const [rest = ''] = toLineEnd.exec(text.slice(end)) ?? [];
  return splice(text, end, rest.length, `${comma}${rest}${layout.lineBreak}${inner}${item}`);
}

/** With what stands behind it on its line. Comments above it and about its neighbours stay. */
function remove(text: string, item: Node): string {
  const siblings = item.parent?.children ?? [];
  const before = siblings[siblings.indexOf(item) - 1];
  const own = commaAfter(text, item);
  const [, indent = ''] = /(\r?\n[ \t]*)?$/.exec(text.slice(0, item.offset)) ?? [];
  const end = (own ?? item.offset + item.length - 1) + 1;
  const [rest = ''] = (indent === '' ? /^[ \t]*/ : toLineEnd).exec(text.slice(end)) ?? [];
  const isAlone = indent !== '' && /^\r?\n/.test(text.slice(end + rest.length));
  const start = isAlone ? item.offset - indent.length : item.offset;
  const without = splice(text, start, end + (isAlone || indent === '' ? rest.length : 0) - start, '');
  const comma = own === undefined && before ? commaAfter(text, before) : undefined;
  return comma === undefined ? without : splice(without, comma, 1, '');
}

/** The offset of the comma, behind comments perhaps. */
function commaAfter(text: string, { offset, length }: Node): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset + length);
  scanner.scan();
  const at = scanner.getTokenOffset();
  return text[at] === ',' ? at : undefined;
}

/** Spaces and comments up to the end of a line. */
const toLineEnd = /^[ \t]*(\/\/[^\r\n]*|(\/\*((?!\*\/)[^\r\n])*\*\/[ \t]*)+)?(?=\r?\n)/;

function property(
  parent: Node,
  [key, ...rest]: JsonPath,
  value: unknown,
  writeValue: (value: unknown) => string,
): string {
  const nested = rest.reduceRight<unknown>((inside, step) => ({ [step]: inside }), value);
  return parent.type === 'array' ? writeValue(nested) : `${JSON.stringify(key)}: ${writeValue(nested)}`;
}

function write(value: unknown, isFlat: boolean, base: string, { indent, lineBreak }: Layout): string {
  return isFlat
    ? flat(value)
    : JSON.stringify(value, undefined, indent).replaceAll('\n', `${lineBreak}${base}`);
}

/** On one line, with spaces as people write it: `{ "listen": 1, "target": "db:5432" }`. */
function flat(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(flat).join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  const entries = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${flat(each)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function isCompound(node: Node): boolean {
  const value = node.type === 'property' ? node.children?.[1] : node;
  return value?.type === 'object' || value?.type === 'array';
}

function isOneLine(text: string, { offset, length }: Node): boolean {
  return !/[\r\n]/.test(text.slice(offset, offset + length));
}

/** What the line begins with that has this offset. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
}

function splice(text: string, offset: number, length: number, replacement: string): string {
  return `${text.slice(0, offset)}${replacement}${text.slice(offset + length)}`;
}
