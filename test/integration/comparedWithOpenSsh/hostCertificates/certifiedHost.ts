// Connects with ssh and with us to an sshd that has a host certificate. Each connection starts an sshd of its own with
// `sshd -i`, as in OpenSSH's regress/cert-hostkey.sh, so that every case can have another certificate.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { fingerprint } from '../../../../src/tunnels/ssh/keys/publicKey';
import { makeKeyPair } from '../../../support/keyPair';
import { makeRunDir, serverConfig, sshdProgram } from '../../../support/sshdSetup';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';
import type { Answers, ClientRun, Kind, Outcome } from '../comparedCase';
import { runOpenSsh } from '../opensshClient';
import { runOurs } from '../ourClient';
import { fillIn } from '../setup';

const run = promisify(execFile);

/** The kinds of host keys, with the arguments of `ssh-keygen -t`. */
export const hostKeyKinds = {
  ed25519: ['ed25519'],
  ecdsa: ['ecdsa', '-b', '256'],
  ecdsa384: ['ecdsa', '-b', '384'],
  ecdsa521: ['ecdsa', '-b', '521'],
  rsa: ['rsa', '-b', '2048'],
} as const;
export type HostKeyKind = keyof typeof hostKeyKinds;

/** Authorities, which sign. */
const authorities = {
  ca: ['ed25519'],
  ca2: ['ed25519'],
  'ca-ecdsa': ['ecdsa', '-b', '384'],
  'ca-rsa': ['rsa', '-b', '2048'],
  'ca-short': ['rsa', '-b', '1024'],
} as const;

/**
 * In texts `{…}` stands for a public key as in known_hosts: `{KEY}` the host's, `{CERT}` its certificate, `{OTHER}`
 * another key, `{ca}` and so on that of an authority, `{FINGERPRINT}` the fingerprint of the host's key. `{dir}` is the
 * case's folder, `{keys}` the one of the key files.
 */
export interface CertifiedCase {
  readonly title: string;
  /** Ed25519 by default. */
  readonly key?: HostKeyKind;
  /** `ca` by default. undefined as a value: the host has no certificate. */
  readonly authority?: keyof typeof authorities | undefined;
  /** Of ssh-keygen. By default a certificate of a host for `web.example.org`, key id `web`, serial 7. */
  readonly sign?: readonly string[];
  /** Further lines of the server's configuration. */
  readonly server?: readonly string[];
  /** By default `ca` is the authority of the host. */
  readonly knownHosts?: string;
  /** Whether `ssh-keygen -H` hashes its names first. */
  readonly hashed?: boolean;
  /** Lines of the client's ssh_config. The host is `web.example.org`, port 22, and strict by default. */
  readonly config?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** The specification of a KRL for `{dir}/krl` (KEY REVOCATION LISTS in ssh-keygen(1)), and its authority. */
  readonly krl?: { readonly spec: string; readonly authority?: keyof typeof authorities | 'any' };
  readonly answers?: Answers;
  /** `connected` by default. */
  readonly outcome?: Outcome;
  /** The negotiated host key algorithm. */
  readonly algorithm?: string;
  /** Part of what we say. */
  readonly says?: RegExp;
  /** The first version of OpenSSH that does the same, and the outcome of earlier ones. */
  readonly since?: { readonly version: number; readonly before: Outcome };
  /** An intended difference: our outcome instead. */
  readonly ours?: { readonly outcome: Outcome; readonly why: string };
}

export interface CertifiedVerdict {
  readonly outcome: Outcome;
  readonly asked: readonly Kind[];
  readonly algorithm: string | undefined;
  readonly knownHosts: string;
}

interface CertifiedRun {
  readonly verdict: CertifiedVerdict;
  readonly said: string;
}

/** The keys of all cases. */
export class CertifiedHosts implements AsyncDisposable {
  readonly #dir: TempDir;
  readonly #lines: ReadonlyMap<string, string>;

  private constructor(dir: TempDir, lines: ReadonlyMap<string, string>) {
    this.#dir = dir;
    this.#lines = lines;
  }

  static async make(): Promise<CertifiedHosts> {
    const dir = await tempDir('hc-');
    const names = { ...authorities, ...hostKeyKinds, other: ['ed25519'] };
    const lines = await Promise.all(
      Object.entries(names).map(async ([name, [kind, ...size]]) => {
        await run('ssh-keygen', ['-q', '-t', kind, ...size, '-N', '', '-C', '', '-f', dir.file(name)]);
        return [name, (await readFile(dir.file(`${name}.pub`), 'utf8')).trim()] as const;
      }),
    );
    await Promise.all([makeKeyPair(dir, 'client', 'ed25519'), makeRunDir()]);
    await dir.write('authorized_keys', await readFile(dir.file('client.pub')));
    return new CertifiedHosts(dir, new Map(lines));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#dir.remove();
  }

  /** Runs a case with both clients, on equal files. */
  async run(each: CertifiedCase): Promise<{ readonly ssh: CertifiedRun; readonly ours: CertifiedRun }> {
    await using dir = await tempDir('hc-');
    const certificate = await this.#certify(each, dir);
    const [ssh, ours] = await Promise.all([
      this.#connect(each, dir, 'ssh', certificate, runOpenSsh),
      this.#connect(each, dir, 'us', certificate, runOurs),
    ]);
    return { ssh, ours };
  }

  async #certify(each: CertifiedCase, dir: TempDir): Promise<string | undefined> {
    const authority = 'authority' in each ? each.authority : 'ca';
    await dir.write('host', await readFile(this.#dir.file(each.key ?? 'ed25519')));
    await dir.write('host.pub', `${this.#line(each.key ?? 'ed25519')}\n`);
    if (authority === undefined) {
      return undefined;
    }
    const names = each.sign?.includes('-n') === true ? [] : ['-n', 'web.example.org'];
    const options = each.sign ?? ['-h', ...names];
    await run('ssh-keygen', [
      ...['-q', '-s', this.#dir.file(authority), '-I', 'web', '-z', '7'],
      ...options,
      dir.file('host.pub'),
    ]);
    return (await readFile(dir.file('host-cert.pub'), 'utf8')).trim();
  }

  async #connect(
    each: CertifiedCase,
    parent: TempDir,
    name: string,
    certificate: string | undefined,
    client: typeof runOpenSsh,
  ): Promise<CertifiedRun> {
    const fill = (text: string): string =>
      fillIn(text, (word) => {
        const words: Readonly<Record<string, string | undefined>> = {
          dir: parent.file(name),
          keys: this.#dir.path,
          FINGERPRINT: fingerprintOf(this.#line(each.key ?? 'ed25519')),
          KEY: this.#line(each.key ?? 'ed25519'),
          CERT: certificate,
          OTHER: this.#line('other'),
        };
        return words[word] ?? this.#lines.get(word);
      });
    const knownHosts = await parent.write(
      `${name}/known_hosts`,
      fill(each.knownHosts ?? '@cert-authority web.example.org {ca}\n'),
    );
    if (each.hashed === true) {
      await run('ssh-keygen', ['-q', '-H', '-f', knownHosts]);
    }
    for (const [file, text] of Object.entries(each.files ?? {})) {
      await parent.write(`${name}/${file}`, fill(text), 0o700);
    }
    if (each.krl) {
      const { spec, authority } = each.krl;
      const file = await parent.write(`${name}/spec`, fill(spec));
      const of = authority === 'any' ? 'none' : this.#dir.file(`${authority ?? ''}.pub`);
      const ca = authority === undefined ? [] : ['-s', of];
      await run('ssh-keygen', ['-q', '-k', '-f', parent.file(`${name}/krl`), ...ca, file]);
    }
    const server = await this.#server(each, parent, name, certificate !== undefined);
    const configFile = await parent.write(
      `${name}/ssh_config`,
      [
        ...(each.config ?? []).map(fill),
        'Host *',
        'HostName web.example.org',
        `ProxyCommand ${sshdProgram()} -i -f ${server} -E ${parent.file(`${name}/log`)}`,
        `User ${userInfo().username}`,
        `IdentityFile ${this.#dir.file('client')}`,
        'IdentityAgent none',
        `UserKnownHostsFile ${knownHosts}`,
        'GlobalKnownHostsFile none',
        'StrictHostKeyChecking yes',
        'KexAlgorithms curve25519-sha256',
        '',
      ].join('\n'),
    );
    const clientRun: ClientRun = await client({
      configFile,
      dir: parent.file(name),
      destination: 'web',
      sshArguments: ['web'],
      jump: undefined,
      env: { ...process.env, SSH_AUTH_SOCK: '' },
      answers: each.answers,
      lingers: false,
    });
    const log = await readFile(parent.file(`${name}/log`), 'utf8').catch(() => '');
    return {
      verdict: {
        outcome: clientRun.outcome,
        asked: clientRun.asked,
        algorithm: /kex: host key algorithm: (\w\S+)/.exec(log)?.[1],
        knownHosts: (await readFile(knownHosts, 'utf8')).replaceAll(/\|1\|\S+\|\S+/g, '|1|…|…'),
      },
      said: clientRun.said,
    };
  }

  async #server(each: CertifiedCase, parent: TempDir, name: string, certified: boolean): Promise<string> {
    const config = await serverConfig(this.#dir, 22, [parent.file('host')], {
      config: [
        ...(certified ? [`HostCertificate ${parent.file('host-cert.pub')}`] : []),
        ...(each.server ?? []).map((line) =>
          fillIn(line, (word) => (word === 'keys' ? this.#dir.path : undefined)),
        ),
      ],
      logLevel: 'DEBUG1',
    });
    return parent.write(`${name}/sshd_config`, config);
  }

  #line(name: string): string {
    const line = this.#lines.get(name);
    if (line === undefined) {
      throw new Error(`there is no key "${name}"`);
    }
    return line;
  }
}

function fingerprintOf(line: string): string {
  return fingerprint(Buffer.from(line.split(' ')[1] ?? '', 'base64'));
}
