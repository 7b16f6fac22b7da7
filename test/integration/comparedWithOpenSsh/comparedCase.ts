// One case of the comparison with OpenSSH, as data, and what is compared.
import type { SshdOptions } from '../../support/sshd';

/** The result of a connection, in words for both ssh's messages and our codes. */
export type Outcome =
  | 'connected'
  | 'host key unknown'
  | 'host key changed'
  | 'host key revoked'
  | 'authentication failed'
  | 'too many failures'
  | 'no common algorithm'
  | 'connection refused'
  | 'unreachable'
  | 'name not found'
  | 'timed out'
  | 'bad config'
  | 'way blocked'
  | 'connection lost';

export type Kind = 'hostKey' | 'password' | 'passphrase' | 'code';

/** What the user types at the first prompt of a kind, at the second, …; after the last one they cancel. */
export type Answers = Readonly<Partial<Record<Kind, readonly string[]>>>;

/**
 * In texts `{…}` stands for:
 * - `{dir}` the case's folder, with `ssh_config` and `known_hosts`; each client has one of its own;
 * - `{keys}` the folder of the test keys, `{file:NAME}` the text of a file in it;
 * - `{port}` the server's port, `{closed}` a port that nothing listens on, `{silent}` a port of a silent server;
 * - `{me}` the user that runs the tests, `{user}` a temporary user with the password `{password}`;
 * - `{ED}` `{EC}` `{RSA}` the server's host keys as in known_hosts, `{ED2}` `{EC2}` `{RSA2}` other keys;
 * - `{port:NAME}` and `{ED:NAME}` the same of another server.
 */
export interface ComparedCase {
  /** The case, as its test's title. */
  readonly title: string;
  /** The table's server that the destination is; the first one by default. */
  readonly server?: string;
  /** Other servers, whose logs count too. */
  readonly via?: readonly string[];
  /**
   * Client's ssh_config; followed by `Host *` with HostName, Port and User of the server, the authorized key `own`
   * (unless it names an IdentityFile itself), no agent (unless the case has one), known_hosts, and strict host keys.
   */
  readonly config?: string;
  /** `web` by default. */
  readonly destination?: string;
  /** What ssh gets instead, if its command line can't express it. */
  readonly sshArguments?: readonly string[];
  /** As `ssh -J` and as the tunnel's proxyJump. */
  readonly jump?: string;
  /** Files in the case's folder, mode 0600 by default. */
  readonly files?: Readonly<Record<string, string | { readonly text: string; readonly mode: number }>>;
  /** The known_hosts before; by default every server is known. */
  readonly knownHosts?: string;
  /** Whether `ssh-keygen -H` hashes its names first. */
  readonly hashed?: boolean;
  /** A name that `ssh-keygen -F` must find in known_hosts afterwards. */
  readonly finds?: string;
  /** An agent with these test keys; `{agent}` is its socket. */
  readonly agent?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** undefined: no prompt is possible (BatchMode). */
  readonly answers?: Answers;

  /** The result for both; `connected` by default. */
  readonly outcome?: Outcome;
  /** Facts in the destination's log that both must have. */
  readonly facts?: Partial<SessionFacts>;
  /** Whether something after the login must be awaited. */
  readonly lingers?: boolean;
  /** Whether we find the fault before connecting, and ssh after it: then the logs aren't compared. */
  readonly earlier?: boolean;
  /** Facts in which the two may differ, because our default is another. */
  readonly except?: readonly (keyof SessionFacts)[];
  /** An intended difference: our result instead, and why. It is in the closed list of the design. */
  readonly ours?: { readonly outcome: Outcome; readonly why: string };
}

/** What a server's log says about a connection. */
export interface SessionFacts {
  /** Address that was dialled. */
  readonly at: string;
  /** Address it came from. */
  readonly from: string;
  readonly user: string | undefined;
  /** Methods in their order, with the name of the test key: `publickey own`, `publickey signed certificate`. */
  readonly attempts: readonly string[];
  /** What was accepted, in order: `publickey own`, `password`. */
  readonly accepted: readonly string[];
  /** The last key that was offered. */
  readonly keyAlgorithm: string | undefined;
  readonly hostKey: string | undefined;
  readonly compression: string | undefined;
  readonly kex: string | undefined;
  readonly cipher: string | undefined;
  readonly mac: string | undefined;
}

/** What is compared. */
export interface Verdict {
  readonly outcome: Outcome;
  /** Kinds of the prompts, in their order. */
  readonly asked: readonly Kind[];
  /** By the server's name; undefined if none was reached. */
  readonly sessions: Readonly<Record<string, SessionFacts | undefined>>;
  /** Files in the folder whose names begin with `known_hosts`. */
  readonly knownHosts: Readonly<Record<string, string>>;
}

/** The result of one client. */
export interface ClientRun {
  readonly outcome: Outcome;
  readonly asked: readonly Kind[];
  /** All its output, for the message of a failing test. */
  readonly said: string;
}

/** What both clients get. */
export interface RunInput {
  readonly configFile: string;
  readonly dir: string;
  readonly destination: string;
  readonly sshArguments: readonly string[];
  readonly jump: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly answers: Answers | undefined;
  readonly lingers: boolean;
}

/** The servers of a table, by name. In their config lines `{keys}` and `{user}` are filled in. */
export type Servers = Readonly<Record<string, SshdOptions>>;
