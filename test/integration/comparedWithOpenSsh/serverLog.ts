// Reads sshd's log of a connection (LogLevel DEBUG1) into the facts that are compared.
import type { SessionFacts } from './comparedCase';

/** @param nameOf a key, by its fingerprint */
export function readServerLog(
  log: string,
  nameOf: (fingerprint: string) => string,
): SessionFacts | undefined {
  const lines = log.split('\n');
  const all = (pattern: RegExp): RegExpExecArray[] =>
    lines.map((line) => pattern.exec(line)).filter((found) => found !== null);
  const last = (pattern: RegExp): RegExpExecArray | undefined => all(pattern).at(-1);
  const [, from = '', at = ''] = last(/^Connection from (\S+) port \d+ on (\S+ port \d+)/) ?? [];
  if (at === '') {
    return undefined;
  }
  const [, cipher, mac, compression] =
    last(/kex: client->server cipher: (\S+) MAC: (\S+) compression: (\S+)/) ?? [];
  return {
    at: at.replace(' port ', ':'),
    from,
    user: last(/userauth-request for user (\S+) service/)?.[1],
    attempts: attemptsOf(lines, nameOf),
    keyAlgorithm: last(/publickey test pkalg (\S+) pkblob/)?.[1],
    accepted: all(/^(?:Accepted|Partial) (\S+) for \S+ from \S+ port \d+ ssh2(?:: (\S+ SHA256:\S+))?/).map(
      ([, method = '', key]) => (key === undefined ? method : nameKey(method, key, nameOf)),
    ),
    hostKey: last(/kex: host key algorithm: (\S+)/)?.[1],
    kex: last(/kex: algorithm: (\S+)/)?.[1],
    cipher,
    mac: mac === '<implicit>' ? undefined : mac,
    compression,
  };
}

/** A key is offered first and signs later, or signs at once: both are one attempt. */
function attemptsOf(lines: readonly string[], nameOf: (fingerprint: string) => string): string[] {
  const attempts: string[] = [];
  for (const line of lines) {
    const [, key] = offerPattern.exec(line) ?? outcomePattern.exec(line) ?? [];
    const method = /userauth-request for user \S+ service \S+ method (\S+)/.exec(line)?.[1];
    if (key !== undefined) {
      const name = nameKey('publickey', key, nameOf);
      if (name !== attempts.at(-1)) {
        attempts.push(name);
      }
    } else if (method?.startsWith('publickey') === false) {
      attempts.push(method);
    }
  }
  return attempts;
}

const offerPattern = /publickey test pkalg \S+ pkblob (\S+ SHA256:[^\s,]+)/;
const outcomePattern =
  /^(?:Accepted|Partial|Failed) publickey for \S+ from \S+ port \d+ ssh2: (\S+ SHA256:\S+)/;

/** @param key as sshd writes it: `ED25519-CERT SHA256:…` */
function nameKey(method: string, key: string, nameOf: (fingerprint: string) => string): string {
  const [kind = '', fingerprint = ''] = key.split(' ');
  return `${method} ${nameOf(fingerprint)}${kind.endsWith('-CERT') ? ' certificate' : ''}`;
}
