// Whether this system keeps the low ports for administrators: in some containers everybody may have them.
import { readFileSync } from 'node:fs';

export function keepsPrivilegedPorts(): boolean {
  return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'latin1')) > 443;
}
