// Gathers the public keys a login can offer, in OpenSSH's order: keys of IdentityFile that the agent holds, its other
// keys (unless IdentitiesOnly), then the files; files with a passphrase last, since they cost a question.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { utils } from 'ssh2';
import type { BaseAgent, ParsedKey } from 'ssh2';
import { listAgentKeys } from './agent';
import type { AgentKey } from './agent';
import { fingerprint } from './knownHosts';
import type { ResolvedHost } from './resolvedHost';

export type Identity =
  | { readonly kind: 'agent'; readonly name: string; readonly agent: BaseAgent }
  | { readonly kind: 'file'; readonly name: string; readonly key: ParsedKey }
  | {
      readonly kind: 'encrypted';
      readonly name: string;
      readonly file: string;
      readonly text: Buffer;
      /** SHA256, of the public key beside it, or else of the whole file. */
      readonly fingerprint: string;
    };

type Log = (line: string) => void;

export async function gatherIdentities(
  host: ResolvedHost,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): Promise<Identity[]> {
  if (!host.pubkeyAuthentication) {
    return [];
  }
  const agentKeys = await keysOfAgent(host.identityAgent ?? env['SSH_AUTH_SOCK'], log);
  const files = await Promise.all(host.identityFiles.map((file) => readIdentity(file, log)));
  const publicKeys = await Promise.all(host.identityFiles.map(readPublicKey));

  const named: Identity[] = [];
  const inFiles: Identity[] = [];
  const encrypted: Identity[] = [];
  const used = new Set<AgentKey>();
  files.forEach((identity, index) => {
    const blob = identity?.kind === 'file' ? identity.key.getPublicSSH() : publicKeys[index];
    const held = blob && agentKeys.find((key) => key.blob.equals(blob));
    if (held) {
      used.add(held);
      named.push({ kind: 'agent', name: held.name, agent: held.agent });
    } else if (identity) {
      (identity.kind === 'encrypted' ? encrypted : inFiles).push(identity);
    }
  });
  const others = host.identitiesOnly ? [] : agentKeys.filter((key) => !used.has(key));
  const fromAgent = others.map(({ name, agent }): Identity => ({ kind: 'agent', name, agent }));
  return [...named, ...fromAgent, ...inFiles, ...encrypted];
}

async function keysOfAgent(path: string | undefined, log: Log): Promise<AgentKey[]> {
  if (path === undefined || path === '' || path === 'none') {
    return [];
  }
  try {
    return await listAgentKeys(path);
  } catch (error) {
    log(`The agent at ${path} can't be used: ${String(error)}`);
    return [];
  }
}

async function readIdentity(file: string, log: Log): Promise<Identity | undefined> {
  let text: Buffer;
  try {
    text = await readFile(file);
  } catch (error) {
    if (!isMissing(error)) {
      log(`The key ${file} can't be read: ${String(error)}`);
    }
    return undefined;
  }
  const key = parsePrivateKey(text);
  if (key === 'encrypted') {
    const publicKey = await readPublicKey(file);
    return {
      kind: 'encrypted',
      name: basename(file),
      file,
      text,
      fingerprint: fingerprint(publicKey ?? text),
    };
  }
  if (key instanceof Error) {
    log(`The key ${file} can't be used: ${key.message}`);
    return undefined;
  }
  return { kind: 'file', name: basename(file), key };
}

/** @returns 'encrypted' where a passphrase is missing or wrong */
export function parsePrivateKey(text: Buffer, passphrase?: string): ParsedKey | Error | 'encrypted' {
  // ssh2 says one key, but gives a list of one for some formats.
  const parsed = [utils.parseKey(text, passphrase) as ParsedKey | ParsedKey[] | Error].flat()[0];
  if (parsed instanceof Error) {
    return /encrypted|passphrase|decrypt|integrity/i.test(parsed.message) ? 'encrypted' : parsed;
  }
  return parsed?.isPrivateKey() ? parsed : new Error('it holds no private key');
}

async function readPublicKey(file: string): Promise<Buffer | undefined> {
  try {
    const [, base64] = (await readFile(`${file}.pub`, 'utf8')).trim().split(/\s+/);
    return base64 ? Buffer.from(base64, 'base64') : undefined;
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
