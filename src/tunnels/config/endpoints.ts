// The two halves of a forward, from their fields: where it listens, and what it reaches.
import type { Address, SocketPath } from '../util/address';
import type { Field } from './fields';
import type { Listen } from './forward';
import { checkHost, checkPort } from './hosts';
import { fail, quote } from '../util/text';

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
