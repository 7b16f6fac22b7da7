// The JSON that language-model tools return about tunnels. It has no secrets, and no text from files or servers.
import { l10n } from 'vscode';
import { localize } from '../../../tunnels/util/l10n';
import { formatAddress } from '../../../tunnels/util/address';
import { errorWords, explain } from '../../../tunnels/errors/errors';
import type { TunnelError } from '../../../tunnels/errors/errors';
import { formatListen } from '../../../tunnels/config/forward';
import { shortDestination } from '../../../views/words/exactText';
import { isTunnelDegraded } from '../../../tunnels/model/snapshot';
import type { ProgramSnapshot } from '../../../tunnels/model/programState';
import type { ForwardSnapshot, TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { errorOf } from '../../../tunnels/model/state';
import { isRecord } from '../../../tunnels/util/parsing';
import { subjectsOf } from '../../../views/details/explanationView';
import { plainText } from '../../../views/words/format';
import { describeTarget } from '../../../views/words/forwardWords';
import { isOpenToNetwork } from '../../../views/words/exposure';
import { problemLocation } from '../../../views/tree/rowViews';
import { describeTunnel, originPhrase } from '../../../views/words/tunnelWords';
import { toolNames } from '../../contributions';

/** More would not fit a model's context well. */
const maxTunnels = 200;

/** Reads the tunnel's name or id from a tool's input. @throws Error */
export function readToolInput(input: unknown): string {
  const tunnel = isRecord(input) ? input['tunnel'] : undefined;
  if (typeof tunnel !== 'string' || tunnel === '') {
    throw new Error(
      l10n.t('Set "tunnel" to the name or id of a tunnel. Use {tool} to find it.', { tool: toolNames.list }),
    );
  }
  return tunnel;
}

export function listText(tunnels: readonly TunnelSnapshot[]): string {
  return factsText({
    tunnels: tunnels.slice(0, maxTunnels).map((tunnel) => tunnelFacts(withoutQuotedOutput(tunnel))),
    ...(tunnels.length > maxTunnels ? { notListed: tunnels.length - maxTunnels } : {}),
  });
}

export function tunnelText(tunnel: TunnelSnapshot): string {
  return factsText(tunnelFacts(withoutQuotedOutput(tunnel)));
}

/** @param platform a value of `process.platform` */
export function explainText(snapshot: TunnelSnapshot, platform: string): string {
  const tunnel = withoutQuotedOutput(snapshot);
  const destination = tunnel.entry?.definition.destination;
  return factsText({
    ...tunnelFacts(tunnel),
    problems: tunnel.problems.map((problem) => ({
      place: problemLocation(problem, tunnel),
      message: localize(problem.message, l10n),
    })),
    explanations: subjectsOf(tunnel).map(({ title, error, forward }) => ({
      about: title,
      ...errorFacts(error),
      steps: explain(
        error,
        { platform, destination, ...(forward ? { forward: forward.forward } : {}) },
        l10n,
      ).steps.map(({ side, text, code }) => ({
        where: side === 'here' ? l10n.t('this machine') : l10n.t('the SSH server'),
        do: text,
        code,
      })),
    })),
  });
}

function tunnelFacts(tunnel: TunnelSnapshot): object {
  const { id, name, entry, state, forwards, programs } = tunnel;
  return {
    name,
    id,
    origin: originPhrase(tunnel),
    host: entry && shortDestination(entry.definition.destination),
    status: state.status,
    summary: describeTunnel(tunnel),
    degraded: isTunnelDegraded(tunnel) || undefined,
    error: errorFacts(errorOf(state)),
    forwards: forwards.map(forwardFacts),
    programs: programs.length === 0 ? undefined : programs.map(programFacts),
  };
}

/** Without the program's command and output. */
function programFacts({ program, state }: ProgramSnapshot): object {
  return {
    name: program.name,
    status: state.status,
    openWindows: state.status === 'running' ? state.windows : undefined,
    exitCode: state.status === 'ended' ? state.exit.code : undefined,
    error: state.status === 'failed' ? errorFacts(state.error) : undefined,
  };
}

function forwardFacts(snapshot: ForwardSnapshot): object {
  const { forward, state } = snapshot;
  const isListening = state.status === 'listening';
  return {
    label: forward.label,
    kind: forward.kind,
    listensOn: forward.kind === 'remote' ? l10n.t('the SSH server') : l10n.t('this machine'),
    configured: formatListen(forward.listen),
    status: state.status,
    bound: isListening ? state.bound.map(formatAddress) : undefined,
    target: describeTarget(forward),
    protocol: forward.protocol,
    openConnections: isListening ? state.connections : undefined,
    openToTheNetwork:
      isListening && state.isExposureUnknown ? 'unknown' : isOpenToNetwork(snapshot) || undefined,
    error: state.status === 'failed' ? errorFacts(state.error) : undefined,
    lastConnectionFailed: isListening ? errorFacts(state.lastError) : undefined,
  };
}

/** Without what a program printed (for example a ProxyCommand), which the error's message quotes. */
function withoutQuotedOutput(tunnel: TunnelSnapshot): TunnelSnapshot {
  const { state } = tunnel;
  if (!('error' in state)) {
    return tunnel;
  }
  const { detail: _output, ...error } = state.error;
  return { ...tunnel, state: { ...state, error } };
}

/** Without literal output of a server or program, and without the keys that were tried. */
function errorFacts(error: TunnelError | undefined): object | undefined {
  if (!error) {
    return undefined;
  }
  // Some messages quote it.
  const { detail: _said, ...told } = error;
  const { message, nextStep } = errorWords(told, l10n);
  return { code: error.code, message, nextStep };
}

/** Every string may come from a workspace or a server, so all are made plain text. */
function factsText(facts: object): string {
  return JSON.stringify(facts, (_key, value: unknown) =>
    typeof value === 'string' ? plainText(value) : value,
  );
}
