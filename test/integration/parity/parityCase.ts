// One case of the comparison with OpenSSH, as data, and what is compared of it.
import type { SshdOptions } from '../../support/sshd';

/** How a connection went, in words that fit ssh's messages and our codes alike. */
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

/** What a person types at the first question of a kind, at the second, …; after the last one they cancel. */
export type Answers = Readonly<Partial<Record<Kind, readonly string[]>>>;

/**
 * In texts `{…}` stands for:
 * - `{dir}` the case's folder, with `ssh_config` and `known_hosts`; each client has one of its own;
 * - `{keys}` the folder of the key ring, `{file:NAME}` the text of a file in it;
 * - `{port}` the server's port, `{closed}` one where nobody listens, `{silent}` one where nobody says anything;
 * - `{me}` who runs the tests, `{user}` a throw-away user with the password `{password}`;
 * - `{ED}` `{EC}` `{RSA}` the server's host keys as in known_hosts, `{ED2}` `{EC2}` `{RSA2}` those of a stranger;
 * - `{port:NAME}` and `{ED:NAME}` the same of another server.
 */
export interface ParityCase {
  /** What it shows. */
  readonly title: string;
  /** The server of the table that the destination is; the first one unless told otherwise. */
  readonly server?: string;
  /** Other servers, whose logs count too. */
  readonly via?: readonly string[];
  /**
   * Client's ssh_config; followed by `Host *` with HostName, Port and User of the server, the authorized key `own`
   * (unless it names an IdentityFile itself), no agent (unless the case has one), known_hosts, and strict host keys.
   */
  readonly config?: string;
  /** `web` unless told otherwise. */
  readonly destination?: string;
  /** What ssh is given instead, where its command line knows no such form. */
  readonly sshArguments?: readonly string[];
  /** As `ssh -J` and as the tunnel's proxyJump. */
  readonly jump?: string;
  /** In the case's folder, mode 0600 unless told otherwise. */
  readonly files?: Readonly<Record<string, string | { readonly text: string; readonly mode: number }>>;
  /** Before; every server is known unless told otherwise. */
  readonly knownHosts?: string;
  /** Whether `ssh-keygen -H` hashes its names first. */
  readonly hashed?: boolean;
  /** A name that `ssh-keygen -F` must find in known_hosts afterwards. */
  readonly finds?: string;
  /** An agent with these keys of the ring; `{agent}` is its socket. */
  readonly agent?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** undefined: nobody may be asked (BatchMode). */
  readonly answers?: Answers;

  /** What both must come to; `connected` unless told otherwise. */
  readonly outcome?: Outcome;
  /** What both must agree on and must be so: parts of what the destination's log tells. */
  readonly facts?: Partial<SessionFacts>;
  /** Whether something happens after the login that has to be waited for. */
  readonly lingers?: boolean;
  /** Whether we find the fault before we dial, where ssh dials first: then the logs are not compared. */
  readonly earlier?: boolean;
  /** Facts of which the two may differ, because a default of ours is another. */
  readonly except?: readonly (keyof SessionFacts)[];
  /** A difference on purpose: what we come to instead, and why. It is in the closed list of the design. */
  readonly ours?: { readonly outcome: Outcome; readonly why: string };
}

/** What a server's log tells of a connection. */
export interface SessionFacts {
  /** Address that was dialled. */
  readonly at: string;
  /** Address it came from. */
  readonly from: string;
  readonly user: string | undefined;
  /** Methods in their order, with the name of the key in the ring: `publickey own`, `publickey signed certificate`. */
  readonly attempts: readonly string[];
  /** What was accepted, in the order of the steps: `publickey own`, `password`. */
  readonly accepted: readonly string[];
  /** Of the last key that was offered. */
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
  /** Kinds of the questions, in their order. */
  readonly asked: readonly Kind[];
  /** By the server's name; undefined where none was reached. */
  readonly sessions: Readonly<Record<string, SessionFacts | undefined>>;
  /** Files in the folder whose names begin with `known_hosts`. */
  readonly knownHosts: Readonly<Record<string, string>>;
}

/** How one of the clients saw it. */
export interface ClientRun {
  readonly outcome: Outcome;
  readonly asked: readonly Kind[];
  /** All it said, for the message of a failing test. */
  readonly said: string;
}

/** What both clients are given. */
export interface Mission {
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
