// Runs a case with our own code, in this process, from resolving the host to a logged-in session.
import type { TunnelErrorCode } from '../../../src/tunnels/errors/errors';
import { errorWords, TunnelFailure } from '../../../src/tunnels/errors/errors';
import { english } from '../../../src/tunnels/util/l10n';
import { parseDestination } from '../../../src/tunnels/config/parsing/parseDestination';
import type { Destination } from '../../../src/tunnels/config/definition';
import type { Ask } from '../../../src/tunnels/model/prompt';
import { effectiveHost } from '../../../src/tunnels/ssh/config/effectiveHost';
import { resolveChain } from '../../../src/tunnels/ssh/config/jumpChain';
import { SessionPool } from '../../../src/tunnels/ssh/session/sessionPool';
import type { ClientRun, Kind, RunInput, Outcome } from './comparedCase';
import { inEnglish } from '../../support/inEnglish';
import { logTo } from '../../../src/tunnels/util/log';

export async function runOurs(mission: RunInput): Promise<ClientRun> {
  const asked: Kind[] = [];
  const log: string[] = [];
  try {
    await connect(mission, asked, log);
    return { outcome: 'connected', asked, said: log.join('\n') };
  } catch (error) {
    if (!(error instanceof TunnelFailure)) {
      throw error;
    }
    const { code } = error;
    const { message, detail = '' } = errorWords(error.error, english);
    const said = [...log, `${code}: ${message} ${detail}`].join('\n');
    return { outcome: outcomes[code] ?? 'connection lost', asked, said };
  }
}

async function connect(mission: RunInput, asked: Kind[], log: string[]): Promise<void> {
  const { configFile, destination, jump, env, answers } = mission;
  const definition = {
    destination: parse(destination),
    ...(jump === undefined ? {} : { proxyJump: jump.split(',').map(parse) }),
  };
  const hops = await resolveChain(definition, { configFile, env });
  const ask: Ask = (question) => {
    if (question.kind === 'port') {
      return Promise.resolve(undefined);
    }
    // Including keyboard-interactive: to the user it is the same prompt.
    const isPassword = question.kind === 'code' && /password:/i.test(question.prompt);
    const kind = isPassword ? 'password' : question.kind;
    asked.push(kind);
    const number = asked.filter((other) => other === kind).length;
    const answer = answers?.[kind]?.[number - 1];
    return Promise.resolve(kind === 'hostKey' && answer !== 'yes' ? undefined : answer);
  };
  const lease = await new SessionPool().acquire(
    // Where ssh_config names no ConnectTimeout, ssh waits for as long as a busy machine needs.
    hops.map((host) => effectiveHost(host, {}, host.connectTimeout ? {} : { connectTimeout: 60 })),
    {
      ask: answers ? ask : undefined,
      secrets: { recall: () => Promise.resolve(undefined), judged: () => undefined },
      env,
      signal: new AbortController().signal,
      onPhase: () => undefined,
      onPromptOpen: () => undefined,
      onProxyCommand: () => undefined,
      onWaitsFor: () => undefined,
      onServerText: () => undefined,
      log: logTo((_level, line) => log.push(line)),
    },
  );
  if (mission.lingers) {
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  await lease.release();
}

function parse(text: string): Destination {
  const parsed = parseDestination(text, 'user');
  if ('error' in parsed) {
    throw new Error(inEnglish(parsed.error.message));
  }
  return parsed.value;
}

const outcomes: Readonly<Partial<Record<TunnelErrorCode, Outcome>>> = {
  HostKeyUnknown: 'host key unknown',
  HostKeyChanged: 'host key changed',
  HostKeyRevoked: 'host key revoked',
  AuthenticationFailed: 'authentication failed',
  // No prompt was possible, or it was cancelled.
  AuthenticationCancelled: 'authentication failed',
  KeyUnreadable: 'authentication failed',
  KeyUnsupported: 'authentication failed',
  TooManyAuthenticationFailures: 'too many failures',
  NoCommonAlgorithm: 'no common algorithm',
  ConnectionRefused: 'connection refused',
  HostUnreachable: 'unreachable',
  HostNotFound: 'name not found',
  ConnectTimeout: 'timed out',
  InvalidDefinition: 'bad config',
  ProxyFailed: 'way blocked',
};
