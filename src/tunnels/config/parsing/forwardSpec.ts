// Parses forwards in OpenSSH's syntax, as in -L, -R, -D and ssh_config.
import type { Address, SocketPath } from '../../util/address';
import type { DynamicForward, ForwardKind, Listen, LocalForward, RemoteForward } from '../forward';
import { findHidden } from '../../util/invisibleCharacters';
import { attempt, fail, quote } from '../../util/text';
import type { Parsed } from '../../util/text';
import { checkHost, checkPort } from './hosts';

/** What the text of a forward specifies; the label and other properties are not part of it. */
export type ForwardSpec =
  | Pick<LocalForward, 'kind' | 'listen' | 'target'>
  | Pick<RemoteForward, 'kind' | 'listen' | 'target'>
  | Pick<DynamicForward, 'kind' | 'listen'>;

/** More characters than two hosts or two paths can have. */
const longest = 4096;

/**
 * `[bind:]port:host:hostport`, `[bind:]port:path`, `path:host:port`, `path:path`, and `[bind:]port` for a SOCKS proxy
 * (ssh(1), -L, -R, -D); or listen and target separated by a space (ssh_config(5), LocalForward). Unlike OpenSSH, all
 * kinds accept the listen port 0.
 */
export function parseForwardSpec(kind: ForwardKind, text: string): Parsed<ForwardSpec> {
  return attempt(() => {
    // ssh_config allows a tab instead of a space.
    rejectUnreadable(text.replaceAll('\t', ' '));
    const [listenWord, targetWord, ...rest] = [...text.matchAll(/\S+/g)];
    if (listenWord === undefined) {
      return fail('the forward is empty', 0);
    }
    if (rest[0] !== undefined) {
      return fail(
        'a forward has at most two parts, separated by a space: where to listen, and the target',
        rest[0].index,
      );
    }
    rejectUrl(text);
    const fields = splitFields(listenWord[0], listenWord.index);
    return targetWord === undefined
      ? readWhole(kind, fields, text)
      : readSpec(kind, fields, splitFields(targetWord[0], targetWord.index), text);
  });
}

/** As parseForwardSpec(), for one argument of ssh: a space is part of a socket path. */
export function parseForwardArgument(kind: ForwardKind, text: string): Parsed<ForwardSpec> {
  return attempt(() => {
    rejectUnreadable(text);
    rejectUrl(text);
    return readWhole(kind, splitFields(text, 0), text);
  });
}

/** Where a forward listens: `port`, `bind:port`, or the path of a Unix socket, which may contain spaces and colons. */
export function parseListen(text: string): Parsed<Listen> {
  return attempt(() => {
    rejectUnreadable(text);
    return readListen(fieldsOfOne(text));
  });
}

/** The target of a forward: `host:port`, or the path of a Unix socket, which may contain spaces and colons. */
export function parseTarget(text: string): Parsed<Address> {
  return attempt(() => {
    rejectUnreadable(text);
    rejectUrl(text);
    return readTarget(fieldsOfOne(text), '');
  });
}

/** Combines listen and target; fails if they don't fit together. */
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
    fail(
      `${quote(onServer.path)} is a path on the server: use an absolute path, beginning with "/"`,
      serverAt,
    );
  }
  if (kind === 'dynamic') {
    if (target !== undefined) {
      fail('a SOCKS proxy has no target; each program names its own', at);
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

/** Listen and target in one text, separated by a colon. */
function readWhole(kind: ForwardKind, fields: readonly Field[], text: string): ForwardSpec {
  rejectSurplus(fields);
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

/** How many fields belong to listen; the rest is the target. */
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
  // Three fields without a bind address, four with one. In "localhost:8080:80" the target's host is missing.
  return fields.length === 3 && !(isNumber(fields[1]) && !isNumber(fields[0]))
    ? 1
    : Math.min(2, fields.length);
}

function isNumber(field: Field | undefined): boolean {
  return field !== undefined && /^\d+$/.test(field.text);
}

/** A path is a single field; anything else is split at colons. */
function fieldsOfOne(text: string): readonly Field[] {
  return /^(\/|~|\$\{)/.test(text) ? [{ text, at: 0, bracketed: false, isPath: true }] : splitFields(text, 0);
}

function rejectUnreadable(text: string): void {
  if (text.length > longest) {
    fail(`it is longer than ${longest} characters`, longest);
  }
  const at = findHidden(text);
  if (at >= 0) {
    fail('control characters are not allowed', at);
  }
  const variable = text.search(/\$\{(?!(userHome|workspaceFolder)\}\/)/);
  if (variable >= 0) {
    fail(
      'only ${userHome}/ and ${workspaceFolder}/ are supported, at the beginning of a socket path',
      variable,
    );
  }
}

function rejectUrl(text: string): void {
  const url = /(?<=^|[:\s])[a-z][a-z0-9+.-]*:\/\//i.exec(text);
  if (url !== null) {
    fail(`use host:port, without "${url[0]}"`, url.index);
  }
}

/** Runs before fields are assigned by their count, which an IPv6 address without brackets would distort. */
function rejectSurplus(fields: readonly Field[]): void {
  const empty = fields.find((field) => field.text === '');
  if (fields.length > 4 || (fields.length === 4 && isNumber(fields[0]) && empty !== undefined)) {
    failTooManyColons(empty ?? fields[4]);
  }
}

export interface Field {
  /** Without brackets and escapes. */
  readonly text: string;
  readonly at: number;
  readonly bracketed: boolean;
  /** Contains a slash, which makes it the path of a Unix socket, as for OpenSSH. */
  readonly isPath: boolean;
}

interface Cut {
  readonly text: string;
  readonly bracketed: boolean;
  /** Offset of the following colon, or the length of the text. */
  readonly end: number;
}

/** The text inside `[…]` is literal, including colons. */
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

/** A backslash escapes the next character. */
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

/** The fields of a text; at least one, possibly empty. @param offset of `whole` in the user's text */
function splitFields(whole: string, offset: number): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at <= whole.length;) {
    const { text, bracketed, end } = whole[at] === '[' ? cutBracketed(whole, at) : cutPlain(whole, at);
    fields.push({ text, at: at + offset, bracketed, isPath: text.includes('/') });
    at = end + 1;
  }
  return fields;
}

const pathStart = /^(\/|~\/|\$\{(userHome|workspaceFolder)\}\/)/;

/** Listen from its fields: a path, a port, or a bind address and a port. */
function readListen(fields: readonly Field[]): Listen {
  const path = pathField(fields);
  if (path !== undefined) {
    return readPath(path);
  }
  const [first, second] = fields;
  if (first === undefined || second === undefined) {
    return { bind: undefined, port: checkPort(first?.text ?? '', 0, first?.at ?? 0) };
  }
  return { bind: readBind(first), port: checkPort(second.text, 0, second.at) };
}

/** The target from its fields: a path, or a host and a port. @param before the text before it, for examples in messages */
function readTarget(fields: readonly Field[], before: string): Address {
  const path = pathField(fields);
  if (path !== undefined) {
    return readPath(path);
  }
  const [first, second] = fields;
  if (first === undefined || second === undefined || (second.text === '' && first.text !== '')) {
    return failIncompleteTarget(first, before);
  }
  if (!first.bracketed && (first.text === '' || first.text === '*')) {
    fail(`the target needs a host, as in ${before}localhost:${second.text || '80'}`, first.at);
  }
  return { host: readHost(first), port: checkPort(second.text, 1, second.at) };
}

/** The field that is a path, which must be the only field; undefined: none is a path. */
function pathField(fields: readonly Field[]): Field | undefined {
  const path = fields.find((field) => field.isPath);
  if (path !== undefined && fields.length > 1) {
    fail(`${quote(path.text)} is a path and can't be combined with an address or a port`, path.at);
  }
  if (fields[2] !== undefined) {
    failTooManyColons(fields[2]);
  }
  return path;
}

function failTooManyColons(surplus: Field | undefined): never {
  return fail('too many colons; write an IPv6 address in brackets, as in [::1]:8080', surplus?.at ?? 0);
}

function readPath({ text, at }: Field): SocketPath {
  if (!pathStart.test(text)) {
    fail(`a socket path must begin with "/" or "~/", unlike ${quote(text)}`, at);
  }
  const step = text.search(/\/\.{1,2}(\/|$)/);
  if (step >= 0) {
    fail('a socket path can\'t contain "." or "..": use the resolved path', at + step + 1);
  }
  const variable = text.indexOf('${', 1);
  if (variable > 0) {
    fail('a variable is allowed only at the beginning of a path', at + variable);
  }
  return { path: text };
}

/** `*` and an empty address are all interfaces (ssh_config(5), LocalForward). */
function readBind(field: Field): string {
  if (!field.bracketed && (field.text === '' || field.text === '*')) {
    return '*';
  }
  if (/^\d+$/.test(field.text)) {
    fail(`${quote(field.text)} is not a bind address; use "*" for all interfaces`, field.at);
  }
  return readHost(field);
}

function readHost({ text, at, bracketed }: Field): string {
  return checkHost(text, bracketed ? at + 1 : at);
}

function failIncompleteTarget(field: Field | undefined, before: string): never {
  if (field === undefined || field.text === '') {
    return fail(`the target is missing, as in ${before}localhost:80`, field?.at ?? before.length);
  }
  if (/^\d+$/.test(field.text)) {
    return fail(`the target needs a host, as in ${before}localhost:${field.text}`, field.at);
  }
  const host = field.bracketed ? `[${field.text}]` : field.text;
  return fail(`the target needs a port, as in ${before}${host}:80`, field.at + host.length);
}
