// Builds the snapshot of a tunnel for the views and the API, from its definition, its permission and the daemon's
// report.
import type { TunnelReport } from '../../tunnels/daemon/protocol/protocol';
import type { TunnelError } from '../../tunnels/errors/errors';
import { takenOver } from '../../tunnels/errors/daemon';
import { forwardKey } from '../../tunnels/config/forward';
import { portHints } from '../../tunnels/config/portHints';
import type { PortFacts } from '../../tunnels/config/portHints';
import { isActive } from '../../tunnels/model/programState';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import type { TunnelState } from '../../tunnels/model/state';
import { definitionError, isValidTunnel } from '../settings/configuredTunnel';
import type { ConfiguredTunnel } from '../settings/configuredTunnel';
import type { DesiredState } from './desiredState';

export function snapshotOf(
  tunnel: ConfiguredTunnel,
  desiredState: DesiredState,
  report: TunnelReport | undefined,
  ports: PortFacts,
): TunnelSnapshot {
  const { id, name, origin, folder, override, entry, problems, leftOut } = tunnel;
  return {
    id,
    name,
    origin,
    ...(folder === undefined ? {} : { folder }),
    ...(override === undefined ? {} : { override }),
    entry,
    problems,
    ...(leftOut === undefined ? {} : { leftOut }),
    state: stateOf(tunnel, desiredState, report),
    ...(isValidTunnel(tunnel) && desiredState.staysLocal(tunnel) && { staysLocal: true }),
    forwards: (entry?.definition.forwards ?? []).map((forward) => ({
      forward,
      state: report?.forwards[forwardKey(forward)] ?? { status: 'closed' },
      hints: portHints(forward, ports),
    })),
    programs:
      report?.programs ??
      (entry?.definition.x11Programs ?? []).map((program) => ({ program, state: { status: 'ready' } })),
    ...(report?.compression && { compression: report.compression }),
    ...(report?.protection && { protection: report.protection }),
  };
}

function stateOf(
  tunnel: ConfiguredTunnel,
  desiredState: DesiredState,
  report: TunnelReport | undefined,
): TunnelState {
  if (!isValidTunnel(tunnel)) {
    return { status: 'failed', error: definitionError(tunnel) };
  }
  const permission = desiredState.permission(tunnel);
  if (!permission.granted) {
    const { need, error } = permission;
    // A tunnel that doesn't start automatically is simply stopped.
    return need === 'trust' || desiredState.startsAutomatically(tunnel)
      ? { status: 'blocked', need, error }
      : { status: 'stopped' };
  }
  if (desiredState.isTakenOver(tunnel.id)) {
    return { status: 'failed', error: takenOver(tunnel.name) };
  }
  if (report) {
    return report.state;
  }
  return desiredState.isWanted(tunnel)
    ? { status: 'connecting', attempt: 1, phase: 'resolve', hop: 0 }
    : { status: 'stopped' };
}

/**
 * The report of a tunnel after its daemon has exited: its programs have ended too.
 * @returns undefined if no program ran
 */
export function reportAfterDaemonExit(
  { id, programs = [] }: TunnelReport,
  error: TunnelError,
  at: number,
): TunnelReport | undefined {
  const hasEnded = ({ state }: ProgramSnapshot): boolean =>
    state.status === 'failed' && state.isCutOff === true;
  if (!programs.some((each) => isActive(each.state) || hasEnded(each))) {
    return undefined;
  }
  return {
    id,
    state: { status: 'stopped' },
    forwards: {},
    programs: programs.map((each) =>
      isActive(each.state) ? { ...each, state: { status: 'failed', at, error, isCutOff: true } } : each,
    ),
  };
}

/** Whether two reports differ only in counters (connections, bytes) and in the output of programs. */
export function onlyCountersDiffer(a: TunnelReport, b: TunnelReport): boolean {
  return withoutCounters(a) === withoutCounters(b);
}

function withoutCounters(report: TunnelReport): string {
  const counters = ['connections', 'bytesIn', 'bytesOut', 'plain', 'wire', 'lastErrorAt', 'windows', 'said'];
  return JSON.stringify(report, (key, value: unknown) => (counters.includes(key) ? 0 : value));
}
