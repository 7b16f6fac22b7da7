// Gathers the public keys and certificates to offer, in the order of OpenSSH's pubkey_prepare(): certificates of
// CertificateFile, keys of IdentityFile that are in the agent, the agent's other keys (unless IdentitiesOnly), then the
// remaining files.
import { basename } from 'node:path';
import { agentUnavailable } from '../../errors/ssh/keys/agentUnavailable';
import { keyUnreadable } from '../../errors/ssh/keys/keyOrAgent';
import type { KeyError } from '../../errors/ssh/keys/keyOrAgent';
import { isKeyError, keyProblemWords } from '../../errors/ssh/keys/keyProblem';
import type { KeyProblem } from '../../errors/ssh/keys/keyProblem';
import { english } from '../../util/l10n';
import { Agent, agentSocket, windowsPipe } from './agent';
import type { AgentKey, AgentKeys } from './agent';
import type { SessionBinding } from './sessionBinding';
import { readCertificateFile, readKeyFile } from '../keys/keyFile';
import type { KeyFile, LockedKey } from '../keys/keyFile';
import { fingerprint, isCertificate, keyType, plainKey, readCertificate } from '../keys/publicKey';
import type { HostConfig } from '../config/hostConfig';
import type { Log } from '../../util/log';

/** Where the private key is: in the agent or in a file. */
export type Signer =
  | { readonly kind: 'agent'; readonly agent: Agent; readonly blob: Buffer }
  | { readonly kind: 'file'; readonly path: string; readonly key: LockedKey };

export interface Identity {
  /** For messages: "id_ed25519". */
  readonly name: string;
  /** The public key or certificate. undefined: it is encrypted together with the private key. */
  readonly blob: Buffer | undefined;
  readonly signer: Signer;
}

export interface Identities extends Disposable {
  readonly offers: readonly Identity[];
  /** Why keys, or the agent, can't be used. */
  readonly problems: readonly KeyProblem[];
  /** Why an agent that is configured can't be used. */
  readonly agentProblem?: KeyError | undefined;
}

/** The server that the keys are for. */
export interface Destination {
  /** `user@host:port`, for messages. */
  readonly who: string;
  /** Its name in known_hosts. */
  readonly knownAs: string;
  /** undefined: agents are not told about the session. */
  readonly binding: SessionBinding | undefined;
}

/** A key or certificate whose private key is still to be found. */
interface Candidate {
  readonly name: string;
  readonly blob: Buffer | undefined;
  readonly file: KeyFile | undefined;
}

/** @returns what to dispose of after the login */
export async function gatherIdentities(
  host: HostConfig,
  destination: Destination,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): Promise<Identities> {
  if (!host.pubkeyAuthentication) {
    return { offers: [], problems: [], [Symbol.dispose]: () => undefined };
  }
  const problems = new Set<KeyProblem>();
  const [agent, files] = await Promise.all([
    openAgent(agentSocket(host.identityAgent, env), host.identityAgent === undefined, destination, log),
    readFiles(host, (problem) => problems.add(problem)),
  ]);
  const named = await namedCertificates(host.certificateFiles, log);
  const fromFiles =
    host.certificateFiles.length > 0 ? files.map(candidate) : await withAdjacentCertificates(files);
  const candidates = unique(order(named, fromFiles, agent?.keys.usable ?? [], host.identitiesOnly)).filter(
    isForUser,
  );

  const offers: Identity[] = [];
  const elsewhere = (agent?.keys.elsewhere ?? []).filter(
    (key) => !host.identitiesOnly || files.some(({ blob }) => blob?.equals(key.blob)),
  );
  for (const { name, blob, file } of candidates) {
    const signer = findSigner({ blob, file }, files, agent);
    if (signer) {
      offers.push({ name, blob, signer });
    } else if (file?.problem) {
      problems.add(file.problem);
    } else if (!elsewhere.some((key) => blob?.equals(key.blob))) {
      problems.add(withoutPrivateKey(file?.path ?? name, blob));
    }
  }
  if (agent && elsewhere.length > 0) {
    const keys = elsewhere.map(({ comment, blob }) => comment || keyType(blob));
    problems.add({ problem: 'elsewhere', keys, agent: agent.agent.path, destination: destination.knownAs });
  } else if (agent && isEmpty(agent) && (offers.length === 0 || !host.identitiesOnly)) {
    // A locked agent of OpenSSH lists no keys, and refuses to be bound.
    problems.add({ problem: 'noKeys', agent: agent.agent.path, mayBeLocked: !agent.agent.isBound });
  }
  for (const problem of problems) {
    const { message, nextStep } = keyProblemWords(problem, destination.who, english);
    if (isKeyError(problem)) {
      log.warn(`${message} ${nextStep}`);
    } else {
      // What an agent doesn't offer is no fault while another key works.
      log.debug(message);
    }
  }
  const list = offers.map(describeIdentity).join(', ');
  log.debug(`Keys to offer: ${list || 'none'}`);
  return {
    offers,
    problems: [...problems],
    agentProblem: agent?.problem,
    [Symbol.dispose]: () => agent?.agent[Symbol.dispose](),
  };
}

function describeIdentity({ name, blob, signer }: Identity): string {
  const key = blob ? `${keyType(blob)} ${fingerprint(blob)}` : 'locked';
  return signer.kind === 'file' ? `${name} (${key}, ${signer.path})` : `${name} (agent) (${key})`;
}

function isEmpty({ keys, problem }: OpenAgent): boolean {
  return !problem && keys.usable.length === 0 && keys.elsewhere.length === 0;
}

interface OpenAgent {
  readonly agent: Agent;
  readonly keys: AgentKeys;
  readonly problem?: KeyError;
}

async function openAgent(
  path: string | undefined,
  isDefault: boolean,
  { who, binding }: Destination,
  log: Log,
): Promise<OpenAgent | undefined> {
  if (path === undefined) {
    return undefined;
  }
  const agent = new Agent(path, binding);
  try {
    const keys = await agent.list();
    log.debug(`${who}: the agent at ${path} ${agent.isBound ? 'is bound' : "can't be bound"} to the session`);
    return { agent, keys };
  } catch (error) {
    agent[Symbol.dispose]();
    const detail = error instanceof Error ? error.message : String(error);
    // The agent service of Windows is off by default.
    if (path === windowsPipe && isDefault) {
      log.debug(`${who}: the agent service of Windows can't be used: ${detail}`);
      return undefined;
    }
    log.warn(`The agent at ${path} can't be used: ${detail}`);
    return { agent, keys: { usable: [], elsewhere: [] }, problem: agentUnavailable(path, detail) };
  }
}

async function readFiles(
  { identityFiles, identityFilesAreDefault }: HostConfig,
  onProblem: (problem: KeyProblem) => void,
): Promise<readonly KeyFile[]> {
  const files = await Promise.all(identityFiles.map(readKeyFile));
  files.forEach((file, index) => {
    // The default keys need not all exist.
    if (!file && !identityFilesAreDefault) {
      onProblem(keyUnreadable(identityFiles[index] ?? '', { reason: 'missing' }));
    }
  });
  return files.filter((file) => file !== undefined);
}

function candidate(file: KeyFile): Candidate {
  return { name: file.name, blob: file.blob, file };
}

async function namedCertificates(paths: readonly string[], log: Log): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const path of paths) {
    const blob = await readCertificateFile(path);
    if (blob) {
      found.push({ name: basename(path), blob, file: undefined });
    } else {
      log.warn(`The CertificateFile ${path} contains no certificate or can't be read.`);
    }
  }
  return found;
}

/** Each key, followed by the certificate in `KEY-cert.pub` if that exists. */
async function withAdjacentCertificates(files: readonly KeyFile[]): Promise<Candidate[]> {
  const found = await Promise.all(
    files.map(async (file) => {
      const blob = await readCertificateFile(`${file.path}-cert`);
      return [candidate(file), ...(blob ? [{ name: `${file.name}-cert.pub`, blob, file }] : [])];
    }),
  );
  return found.flat();
}

function order(
  certificates: readonly Candidate[],
  files: readonly Candidate[],
  agentKeys: readonly AgentKey[],
  identitiesOnly: boolean,
): Candidate[] {
  const rest = new Set(files);
  const named: Candidate[] = [];
  const others: Candidate[] = [];
  for (const { blob, comment } of agentKeys) {
    const found = files.find((file) => file.blob?.equals(blob));
    if (found) {
      rest.delete(found);
      named.push(found);
    } else if (!identitiesOnly) {
      others.push({ name: comment || keyType(blob), blob, file: undefined });
    }
  }
  // Unlike OpenSSH, keys that need a passphrase before they can be offered come last.
  const [known, unknown] = [[...rest].filter(({ blob }) => blob), [...rest].filter(({ blob }) => !blob)];
  return [...certificates, ...named, ...others, ...known, ...unknown];
}

function unique(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ blob, file }) => {
    const key = blob?.toString('base64') ?? file?.path ?? '';
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function isForUser({ blob }: Candidate): boolean {
  return !blob || !isCertificate(keyType(blob)) || readCertificate(blob)?.isForUser === true;
}

/** For a certificate, the key that it certifies signs: sign_and_send_pubkey() in OpenSSH's sshconnect2.c. */
function findSigner(
  { blob, file }: Pick<Candidate, 'blob' | 'file'>,
  files: readonly KeyFile[],
  agent: OpenAgent | undefined,
): Signer | undefined {
  const plain = blob && plainKey(blob);
  const agentKey = [blob, plain]
    .map((candidateBlob) => agent?.keys.usable.find((key) => candidateBlob?.equals(key.blob)))
    .find((key) => key !== undefined);
  if (agent && agentKey) {
    return { kind: 'agent', agent: agent.agent, blob: agentKey.blob };
  }
  const owner =
    files.find(({ secret, blob: own }) => secret && plain && own && plainKey(own).equals(plain)) ??
    // The private key may be in a file that is encrypted as a whole, including the public key.
    (file?.blob === undefined ? file : undefined);
  return owner?.secret && { kind: 'file', path: owner.path, key: owner.secret };
}

function withoutPrivateKey(path: string, blob: Buffer | undefined): KeyError {
  const isForCertificate = blob !== undefined && isCertificate(keyType(blob));
  return keyUnreadable(path, { reason: isForCertificate ? 'noPrivateKey' : 'onlyPublicKey' });
}
