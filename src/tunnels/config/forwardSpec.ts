// OpenSSH's grammar of a forward, as -L, -R, -D and ssh_config write it.
import type { Address, SocketPath } from '../util/address';
import type { DynamicForward, ForwardKind, Listen, LocalForward, RemoteForward } from './forward';
import { findHidden } from '../util/invisibleCharacters';
import { attempt, fail, quote } from '../util/text';
import type { Parsed } from '../util/text';
import { checkHost, checkPort } from './hosts';

/** What a forward's text says: all but its label and what else the editor wants to know. */
export type ForwardSpec =
  | Pick<LocalForward, 'kind' | 'listen' | 'target'>
  | Pick<RemoteForward, 'kind' | 'listen' | 'target'>
  | Pick<DynamicForward, 'kind' | 'listen'>;

/** More than two hosts or two paths can come to. */
const longest = 4096;

/**
 * `[bind:]port:host:hostport`, `[bind:]port:path`, `path:host:port`, `path:path`, and where each program names its
 * own target `[bind:]port` (ssh(1), -L, -R, -D); or the two halves apart, with a space (ssh_config(5), LocalForward).
 * Unlike OpenSSH, port 0 may be listened on for every kind.
 */
export function parseForwardSpec(kind: ForwardKind, text: string): Parsed<ForwardSpec> {
  return attempt(() => {
    // ssh_config allows a tab where a space may stand.
    refuseUnreadable(text.replaceAll('\t', ' '));
    const [listenWord, targetWord, ...rest] = [...text.matchAll(/\S+/g)];
    if (listenWord === undefined) {
      return fail('the forward is empty', 0);
    }
    if (rest[0] !== undefined) {
      return fail('a forward has two parts at most: where to listen, a space, the target', rest[0].index);
    }
    refuseUrl(text);
    const fields = splitFields(listenWord[0], listenWord.index);
    return targetWord === undefined
      ? readWhole(kind, fields, text)
      : readSpec(kind, fields, splitFields(targetWord[0], targetWord.index), text);
  });
}

/** The same from one argument of ssh, in which a space belongs to the path of a socket. */
export function parseForwardArgument(kind: ForwardKind, text: string): Parsed<ForwardSpec> {
  return attempt(() => {
    refuseUnreadable(text);
    refuseUrl(text);
    return readWhole(kind, splitFields(text, 0), text);
  });
}

/** Where a forward listens: `port`, `bind:port`, or the path of a Unix socket, which may hold spaces and colons. */
export function parseListen(text: string): Parsed<Listen> {
  return attempt(() => {
    refuseUnreadable(text);
    return readListen(fieldsOfOne(text));
  });
}

/** What a forward reaches: `host:port`, or the path of a Unix socket, which may hold spaces and colons. */
export function parseTarget(text: string): Parsed<Address> {
  return attempt(() => {
    refuseUnreadable(text);
    refuseUrl(text);
    return readTarget(fieldsOfOne(text), '');
  });
}

/** Puts the two halves together, and refuses those that don't go together. */
export function combineSpec(
  kind: ForwardKind,
  listen: Listen,
  target: Address | undefined,
): Parsed<ForwardSpec> {
  return attempt(() => combine(kind, listen, target, 0));
}

function combine(kind: ForwardKind, listen: Listen, target: Address | undefined, at: number): ForwardSpec {
  const [onServer, serverAt] = kind === 'remote' ? [listen, 0] : [target, at];
  if (onServer && 'path' in onServer && !onServer.path.startsWith('/')) {
    fail(`${quote(onServer.path)} is a path on the server: write the whole of it, from "/" on`, serverAt);
  }
  if (kind === 'dynamic') {
    if (target !== undefined) {
      fail('there is no target, as each program names its own', at);
    }
    return { kind, listen: onPort(listen) };
  }
  if (kind === 'remote') {
    return { kind, listen: target === undefined ? onPort(listen) : listen, target };
  }
  return target === undefined
    ? fail('the target is missing: add a host and a port, or the path of a socket', at)
    : { kind, listen, target };
}

function onPort(listen: Listen): Listen {
  return 'path' in listen
    ? fail('without a target it is a SOCKS proxy, which listens on a port, not on a path', 0)
    : listen;
}

/** Both halves, with a colon between them. */
function readWhole(kind: ForwardKind, fields: readonly Field[], text: string): ForwardSpec {
  refuseSurplus(fields);
  const count = listenFieldCount(kind, fields);
  return readSpec(kind, fields.slice(0, count), fields.slice(count), text);
}

function readSpec(
  kind: ForwardKind,
  listenFields: readonly Field[],
  targetFields: readonly Field[],
  text: string,
): ForwardSpec {
  const listen = readListen(listenFields);
  const targetAt = targetFields[0]?.at ?? text.length;
  if (targetFields.length > 0) {
    return combine(kind, listen, readTarget(targetFields, text.slice(0, targetAt)), targetAt);
  }
  if (kind === 'local') {
    fail(`the target is missing, as in ${text.trim()}:localhost:80`, text.length);
  }
  return combine(kind, listen, undefined, targetAt);
}

/** How many of the fields say where to listen; the rest is the target. */
function listenFieldCount(kind: ForwardKind, fields: readonly Field[]): number {
  if (kind === 'dynamic' && (fields.length < 3 || fields.some((field) => field.text === ''))) {
    return fields.length;
  }
  if (fields[0]?.isPath === true) {
    return 1;
  }
  if (fields.at(-1)?.isPath === true) {
    return Math.max(1, fields.length - 1);
  }
  if (fields.length === 2) {
    return isNumber(fields[0]) ? 1 : 2;
  }
  // Without a bind address three, with one four; "localhost:8080:80" lacks the target's host.
  return fields.length === 3 && !(isNumber(fields[1]) && !isNumber(fields[0]))
    ? 1
    : Math.min(2, fields.length);
}

function isNumber(field: Field | undefined): boolean {
  return field !== undefined && /^\d+$/.test(field.text);
}

/** A path stands for itself; anything else is split. */
function fieldsOfOne(text: string): readonly Field[] {
  return /^(\/|~|\$\{)/.test(text) ? [{ text, at: 0, bracketed: false, isPath: true }] : splitFields(text, 0);
}

function refuseUnreadable(text: string): void {
  if (text.length > longest) {
    fail(`it is longer than ${longest} characters`, longest);
  }
  const at = findHidden(text);
  if (at >= 0) {
    fail('control characters are not allowed', at);
  }
  const variable = text.search(/\$\{(?!(userHome|workspaceFolder)\}\/)/);
  if (variable >= 0) {
    fail("of variables, a socket's path may begin with ${userHome}/ and ${workspaceFolder}/ only", variable);
  }
}

function refuseUrl(text: string): void {
  const url = /(?<=^|[:\s])[a-z][a-z0-9+.-]*:\/\//i.exec(text);
  if (url !== null) {
    fail(`write host:port, without "${url[0]}"`, url.index);
  }
}

/** Before the parts are told apart by their number, which an IPv6 address without brackets would upset. */
function refuseSurplus(fields: readonly Field[]): void {
  const empty = fields.find((field) => field.text === '');
  if (fields.length > 4 || (fields.length === 4 && isNumber(fields[0]) && empty !== undefined)) {
    refuseColons(empty ?? fields[4]);
  }
}

export interface Field {
  /** Without brackets and escapes. */
  readonly text: string;
  readonly at: number;
  readonly bracketed: boolean;
  /** Holds a slash, which for OpenSSH makes it the path of a Unix socket. */
  readonly isPath: boolean;
}

interface Cut {
  readonly text: string;
  readonly bracketed: boolean;
  /** Offset of the colon behind it, or the length of the whole. */
  readonly end: number;
}

/** `[…]` is taken literally, colons and all. */
function cutBracketed(whole: string, at: number): Cut {
  const close = whole.indexOf(']', at);
  if (close < 0) {
    fail('"[" has no "]"', at);
  }
  const end = close + 1;
  if (end < whole.length && whole[end] !== ':') {
    fail('a colon must follow "]"', end);
  }
  return { text: whole.slice(at + 1, close), bracketed: true, end };
}

/** A backslash takes the next character literally. */
function cutPlain(whole: string, at: number): Cut {
  const pattern = /(?:\\[^]|[^\\:])*/y;
  pattern.lastIndex = at;
  const raw = pattern.exec(whole)?.[0] ?? '';
  const end = at + raw.length;
  if (whole[end] === '\\') {
    fail('nothing follows the "\\"', end);
  }
  return { text: raw.replace(/\\([^])/g, '$1'), bracketed: false, end };
}

/** The fields of a text that begins at `offset` of what the user wrote; at least one, perhaps empty. */
export function splitFields(whole: string, offset: number): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at <= whole.length;) {
    const { text, bracketed, end } = whole[at] === '[' ? cutBracketed(whole, at) : cutPlain(whole, at);
    fields.push({ text, at: at + offset, bracketed, isPath: text.includes('/') });
    at = end + 1;
  }
  return fields;
}

const pathStart = /^(\/|~\/|\$\{(userHome|workspaceFolder)\}\/)/;

/** The fields of where a forward listens: a path, a port, or a bind address and a port. */
export function readListen(fields: readonly Field[]): Listen {
  const path = loneField(fields);
  if (path !== undefined) {
    return readPath(path);
  }
  const [first, second] = fields;
  if (first === undefined || second === undefined) {
    return { bind: undefined, port: checkPort(first?.text ?? '', 0, first?.at ?? 0) };
  }
  return { bind: readBind(first), port: checkPort(second.text, 0, second.at) };
}

/** The fields of a target: a path, or a host and a port. `before` is what stands before it, to show the whole. */
export function readTarget(fields: readonly Field[], before: string): Address {
  const path = loneField(fields);
  if (path !== undefined) {
    return readPath(path);
  }
  const [first, second] = fields;
  if (first === undefined || second === undefined || (second.text === '' && first.text !== '')) {
    return refuseHalfTarget(first, before);
  }
  if (!first.bracketed && (first.text === '' || first.text === '*')) {
    fail(`the target needs a host, as in ${before}localhost:${second.text || '80'}`, first.at);
  }
  return { host: readHost(first), port: checkPort(second.text, 1, second.at) };
}

/** The field that is a path, which must then be the only one; undefined: none is. */
function loneField(fields: readonly Field[]): Field | undefined {
  const path = fields.find((field) => field.isPath);
  if (path !== undefined && fields.length > 1) {
    fail(`${quote(path.text)} is a path, which takes neither address nor port`, path.at);
  }
  if (fields[2] !== undefined) {
    refuseColons(fields[2]);
  }
  return path;
}

export function refuseColons(surplus: Field | undefined): never {
  return fail(
    'there are too many colons; an IPv6 address stands in brackets, as in [::1]:8080',
    surplus?.at ?? 0,
  );
}

function readPath({ text, at }: Field): SocketPath {
  if (!pathStart.test(text)) {
    fail(`a socket's path begins with "/" or "~/", unlike ${quote(text)}`, at);
  }
  const step = text.search(/\/\.{1,2}(\/|$)/);
  if (step >= 0) {
    fail('a socket\'s path holds no "." and no "..": write where it leads', at + step + 1);
  }
  const variable = text.indexOf('${', 1);
  if (variable > 0) {
    fail('a variable may stand at the beginning of a path only', at + variable);
  }
  return { path: text };
}

/** `*` and an empty address are every interface (ssh_config(5), LocalForward). */
function readBind(field: Field): string {
  if (!field.bracketed && (field.text === '' || field.text === '*')) {
    return '*';
  }
  if (/^\d+$/.test(field.text)) {
    fail(`${quote(field.text)} is not an address to listen on; every interface is "*"`, field.at);
  }
  return readHost(field);
}

function readHost({ text, at, bracketed }: Field): string {
  return checkHost(text, bracketed ? at + 1 : at);
}

function refuseHalfTarget(field: Field | undefined, before: string): never {
  if (field === undefined || field.text === '') {
    return fail(`the target is missing, as in ${before}localhost:80`, field?.at ?? before.length);
  }
  if (/^\d+$/.test(field.text)) {
    return fail(`the target needs a host, as in ${before}localhost:${field.text}`, field.at);
  }
  const host = field.bracketed ? `[${field.text}]` : field.text;
  return fail(`the target needs a port, as in ${before}${host}:80`, field.at + host.length);
}
