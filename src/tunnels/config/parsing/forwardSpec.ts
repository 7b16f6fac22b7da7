// Parses forwards in OpenSSH's syntax, as in -L, -R, -D and ssh_config.
import type { Address, SocketPath } from '../../util/address';
import type { DynamicForward, ForwardKind, Listen, LocalForward, RemoteForward } from '../forward';
import { findHidden } from '../../util/untrustedText';
import { deferred as l10n } from '../../util/l10n';
import { attempt, fail } from '../../util/parsing';
import type { Parsed } from '../../util/parsing';
import { looksLikePassword } from '../../util/shown';
import { fieldsOfOne, isNumber, splitFields } from './forwardFields';
import type { Field } from './forwardFields';
import { checkHost, checkPort } from './hosts';

/** What the text of a forward specifies; the label and other properties are not part of it. */
export type ForwardSpec =
  | Pick<LocalForward, 'kind' | 'listen' | 'target'>
  | Pick<RemoteForward, 'kind' | 'listen' | 'target'>
  | Pick<DynamicForward, 'kind' | 'listen'>;

const targetMissing = l10n.t('The forward needs a target, as in "8080:localhost:80".');
const targetEmpty = l10n.t('The target is empty; write a host and a port, as in "localhost:80".');
const hostMissing = l10n.t('The target needs a host, as in "localhost:80".');

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
      return fail(l10n.t('The forward is empty.'), 0);
    }
    if (rest[0] !== undefined) {
      return fail(
        l10n.t('A forward has at most two parts, separated by a space: where to listen, and the target.'),
        rest[0].index,
      );
    }
    rejectUrl(text);
    const fields = splitFields(listenWord[0], listenWord.index);
    rejectUser(fields);
    if (targetWord === undefined) {
      return readWhole(kind, fields, text);
    }
    const target = splitFields(targetWord[0], targetWord.index);
    rejectUser(target);
    return readSpec(kind, fields, target, text);
  });
}

/** As parseForwardSpec(), for one argument of ssh: a space is part of a socket path. */
export function parseForwardArgument(kind: ForwardKind, text: string): Parsed<ForwardSpec> {
  return attempt(() => {
    rejectUnreadable(text);
    rejectUrl(text);
    const fields = splitFields(text, 0);
    rejectUser(fields);
    return readWhole(kind, fields, text);
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
    const fields = fieldsOfOne(text);
    rejectUser(fields);
    return readTarget(fields, 0);
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
    fail(l10n.t('A path on the server must be absolute, beginning with "/".'), serverAt);
  }
  if (kind === 'dynamic') {
    if (target !== undefined) {
      fail(l10n.t('A SOCKS proxy has no target; each program names its own.'), at);
    }
    return { kind, listen: onPort(listen) };
  }
  if (kind === 'remote') {
    return { kind, listen: target === undefined ? onPort(listen) : listen, target };
  }
  return target === undefined
    ? fail(l10n.t('The target is missing: add a host and a port, or the path of a socket.'), at)
    : { kind, listen, target };
}

function onPort(listen: Listen): Listen {
  return 'path' in listen
    ? fail(l10n.t('Without a target it is a SOCKS proxy, which listens on a port, not on a path.'), 0)
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
    return combine(kind, listen, readTarget(targetFields, targetAt), targetAt);
  }
  if (kind === 'local') {
    fail(targetMissing, text.length);
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

function rejectUnreadable(text: string): void {
  if (text.length > longest) {
    fail(l10n.t('It is longer than {longest} characters.', { longest }), longest);
  }
  const at = findHidden(text);
  if (at >= 0) {
    fail(l10n.t('Control characters are not allowed.'), at);
  }
  const windowsPath = text.search(/(?<=^|[\s:])([a-z]:\\|~\\|\\\\|(\/\/|\\)[.?][\\/]pipe[\\/])/i);
  if (windowsPath >= 0) {
    fail(
      l10n.t(
        "Paths and named pipes of Windows can't be forwarded: use a port, or the path of a Unix socket on the server.",
      ),
      windowsPath,
    );
  }
  const variable = text.search(/\$\{(?!(userHome|workspaceFolder)\}\/)/);
  if (variable >= 0) {
    fail(
      l10n.t('Only {userHome}/ and {workspaceFolder}/ are supported, at the beginning of a socket path.', {
        userHome: '${userHome}',
        workspaceFolder: '${workspaceFolder}',
      }),
      variable,
    );
  }
}

function rejectUrl(text: string): void {
  const url = /(?<=^|[:\s])[a-z][a-z0-9+.-]*:\/\//i.exec(text);
  if (url !== null) {
    fail(l10n.t('Write the target as host:port, not as a URL.'), url.index);
  }
}

/** A URL's user and password, or those of a database, where only addresses belong. */
function rejectUser(fields: readonly Field[]): void {
  const field = fields.find(({ text, isPath }) => !isPath && text.includes('@'));
  if (field !== undefined) {
    fail(
      l10n.t(
        'A forward has no user and no password: write the target as host:port. Programs sign in themselves.',
      ),
      field.at + field.text.indexOf('@'),
    );
  }
}

/** Runs before fields are assigned by their count, which an IPv6 address without brackets would distort. */
function rejectSurplus(fields: readonly Field[]): void {
  const empty = fields.find((field) => field.text === '');
  if (fields.length > 4 || (fields.length === 4 && isNumber(fields[0]) && empty !== undefined)) {
    failTooManyColons(empty ?? fields[4]);
  }
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

/** The target from its fields: a path, or a host and a port. @param at where it is missing if there are no fields */
function readTarget(fields: readonly Field[], at: number): Address {
  const path = pathField(fields);
  if (path !== undefined) {
    return readPath(path);
  }
  const [first, second] = fields;
  if (first === undefined || second === undefined || (second.text === '' && first.text !== '')) {
    return failIncompleteTarget(first, at);
  }
  if (!first.bracketed && (first.text === '' || first.text === '*')) {
    fail(hostMissing, first.at);
  }
  return { host: readHost(first), port: checkPort(second.text, 1, second.at) };
}

/** The field that is a path, which must be the only field; undefined: none is a path. */
function pathField(fields: readonly Field[]): Field | undefined {
  const path = fields.find((field) => field.isPath);
  if (path !== undefined && fields.length > 1) {
    fail(l10n.t("A path can't be combined with an address or a port."), path.at);
  }
  if (fields[2] !== undefined) {
    failTooManyColons(fields[2]);
  }
  return path;
}

function failTooManyColons(surplus: Field | undefined): never {
  return fail(
    l10n.t('Too many colons; write an IPv6 address in brackets, as in [::1]:8080.'),
    surplus?.at ?? 0,
  );
}

function readPath({ text, at }: Field): SocketPath {
  if (!pathStart.test(text)) {
    fail(l10n.t('The path of a socket must begin with "/" or "~/".'), at);
  }
  const step = text.search(/\/\.{1,2}(\/|$)/);
  if (step >= 0) {
    fail(l10n.t('A socket path can\'t contain "." or "..": use the resolved path.'), at + step + 1);
  }
  if (looksLikePassword(text)) {
    fail(l10n.t("It looks as if the path contained a password; a socket's path has none."), at);
  }
  const variable = text.indexOf('${', 1);
  if (variable > 0) {
    fail(l10n.t('A variable is allowed only at the beginning of a path.'), at + variable);
  }
  return { path: text };
}

/** `*` and an empty address are all interfaces (ssh_config(5), LocalForward). */
function readBind(field: Field): string {
  if (!field.bracketed && (field.text === '' || field.text === '*')) {
    return '*';
  }
  if (/^\d+$/.test(field.text)) {
    fail(l10n.t('A number is not a bind address; use "*" for all interfaces.'), field.at);
  }
  return readHost(field);
}

function readHost({ text, at, bracketed }: Field): string {
  return checkHost(text, bracketed ? at + 1 : at);
}

function failIncompleteTarget(field: Field | undefined, at: number): never {
  if (field === undefined || field.text === '') {
    return fail(at === 0 ? targetEmpty : targetMissing, field?.at ?? at);
  }
  if (/^\d+$/.test(field.text)) {
    return fail(hostMissing, field.at);
  }
  const length = field.text.length + (field.bracketed ? 2 : 0);
  return fail(l10n.t('The target needs a port, as in "localhost:80".'), field.at + length);
}
