// A window without an editor: speaks to a real tunnel host, as the extension does, for the integration tests.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import type { TunnelDefinition } from '../../src/tunnels/model/definition';
import { parseTunnel } from '../../src/tunnels/model/parseTunnel';
import type { Question } from '../../src/tunnels/model/question';
import type { ForwardState, TunnelState } from '../../src/tunnels/model/state';
import { TunnelHostClient } from '../../src/tunnels/host/client';
import type { ConnectionSettings, LeasedTunnel, TunnelReport } from '../../src/tunnels/host/protocol';
import { makeTempDir, removeTempDir } from './tempDir';

/** The bundle that ships. */
export const hostScript = resolve(import.meta.dirname, '../../dist/tunnelHost.js');

export function define(value: unknown): TunnelDefinition {
  const parsed = parseTunnel('test', value);
  if (!('entry' in parsed)) {
    throw new Error(parsed.problems.map((problem) => problem.message).join(' '));
  }
  return parsed.entry.definition;
}
