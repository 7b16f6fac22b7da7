// Reads this machine's port settings: which ports need privileges, and which the system assigns itself.
import { readFileSync } from 'node:fs';
import type { PortFacts, PortRange } from '../../tunnels/config/portHints';

/** RFC 6335 §6; macOS and Windows follow it. */
const dynamicPorts: PortRange = { from: 49_152, to: 65_535 };

export function readPortFacts(): PortFacts {
  const linux = process.platform === 'linux';
  return {
    unprivilegedFrom: needsNoPrivileges()
      ? 0
      : ((linux ? readNumbers('ip_unprivileged_port_start')[0] : undefined) ?? 1024),
    handedOut: (linux ? readRange('ip_local_port_range') : undefined) ?? dynamicPorts,
  };
}

function needsNoPrivileges(): boolean {
  return process.platform === 'win32' || process.getuid?.() === 0;
}

function readRange(name: string): PortRange | undefined {
  const [from, to] = readNumbers(name);
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** See ip(7), /proc interfaces. */
function readNumbers(name: string): readonly number[] {
  try {
    return (readFileSync(`/proc/sys/net/ipv4/${name}`, 'utf8').match(/\d+/g) ?? []).map(Number);
  } catch {
    return [];
  }
}
