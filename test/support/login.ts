// One login to a test's sshd by our own code, with answers to its prompts, or without.
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import type { Question, SecretQuestion } from '../../src/tunnels/model/prompt';
import { NeedsAnswer } from '../../src/tunnels/ssh/auth/prompter';
import { SessionPool } from '../../src/tunnels/ssh/session/sessionPool';
import { effectiveHost } from '../../src/tunnels/ssh/config/effectiveHost';
import { resolveHost } from '../../src/tunnels/ssh/config/resolveHost';
import type { HostConfig } from '../../src/tunnels/ssh/config/hostConfig';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { logTo } from '../../src/tunnels/util/log';

export interface LoginOptions {
  /** What the user would answer; undefined: no prompt is possible. */
  readonly answer?: (
    question: Question,
    signal: AbortSignal,
  ) => string | undefined | Promise<string | undefined>;
  /** What a window has saved. */
  readonly saved?: (question: SecretQuestion) => string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly host?: Partial<HostConfig>;
  /** The jump hosts, in order. */
  readonly jumps?: readonly { readonly configFile: string }[];
}

export interface LoginResult {
  /** undefined: it worked. */
  readonly failure: TunnelFailure | undefined;
  /** The code of the failure, `blocked: …` for one that needs an answer, or `up`. */
  readonly outcome: string;
  readonly questions: readonly Question[];
  readonly kinds: readonly string[];
  /** Whether saved or typed secrets were right: "password right". */
  readonly judged: readonly string[];
  readonly log: string;
  /** What the login waited for in turn, each for some seconds. */
  readonly waits: readonly string[];
  /** What the server said during the login: each time all of it. */
  readonly texts: readonly string[];
}

/** Logs in, disconnects, and returns the result. */
export async function logIn(
  server: { readonly configFile: string },
  options: LoginOptions = {},
): Promise<LoginResult> {
  const env = options.env ?? process.env;
  const hops = await Promise.all(
    [...(options.jumps ?? []), server].map(async ({ configFile }) => {
      const resolved = await resolveHost({ host: 'test-sshd' }, { configFile, env });
      return { ...effectiveHost(resolved, {}, {}), ...options.host, connectTimeout: 10 };
    }),
  );
  const questions: Question[] = [];
  const judged: string[] = [];
  const log: string[] = [];
  const waits: string[] = [];
  const texts: string[] = [];
  const { answer } = options;
  let failure: TunnelFailure | undefined;
  try {
    const lease = await new SessionPool().acquire(hops, {
      ask:
        answer &&
        (async (question, signal) => {
          questions.push(question);
          return answer(question, signal);
        }),
      secrets: {
        recall: (question) => Promise.resolve(options.saved?.(question)),
        judged: ({ kind }, right) => judged.push(`${kind} ${right ? 'right' : 'wrong'}`),
      },
      env,
      signal: new AbortController().signal,
      onPhase: () => undefined,
      onPromptOpen: () => undefined,
      onProxyCommand: () => undefined,
      onWaitsFor: (waitsFor) => waits.push(waitsFor ?? 'nothing'),
      onServerText: (text) => texts.push(text),
      log: logTo((_level, line) => log.push(line)),
    });
    await lease.release();
  } catch (error) {
    if (!(error instanceof TunnelFailure)) {
      throw error;
    }
    failure = error;
  }
  const outcome = failure instanceof NeedsAnswer ? `blocked: ${failure.need}` : (failure?.code ?? 'up');
  return {
    failure,
    outcome,
    questions,
    kinds: questions.map((question) => question.kind),
    judged,
    log: log.join('\n'),
    waits,
    texts,
  };
}

/** Runs ssh-keygen, quietly. */
export async function keygen(...args: readonly string[]): Promise<void> {
  await promisify(execFile)('ssh-keygen', ['-q', ...args]);
}
