// Whether this system reserves low ports for administrators: in some containers every user may use them.
import { readFileSync } from 'node:fs';

export function keepsPrivilegedPorts(): boolean {
  return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'latin1')) > 443;
}
