// A tunnel formatted as an ssh command line is parsed as the same tunnel.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatCommandLine } from '../../../../src/tunnels/config/commandLine/formatCommandLine';
import { readCommandLine } from '../../../../src/tunnels/config/commandLine/parseCommandLine';
import type { TunnelDefinition } from '../../../../src/tunnels/config/definition';
import { forwardKey } from '../../../../src/tunnels/config/forward';
import { madeUpRecord, readDefinition, seeded } from '../../../support/tunnelDefinitions';

/** Without what a command line cannot express: labels, and the names of programs. */
function expressible({ destination, proxyJump, forwards, x11Programs, options }: TunnelDefinition): object {
  return {
    destination,
    proxyJump,
    options,
    forwards: forwards.map(forwardKey),
    programs: x11Programs.map(({ command, trusted }) => ({ command, trusted })),
  };
}

function assertSame(definition: TunnelDefinition): void {
  const { line, missing } = formatCommandLine(definition);
  assert.deepEqual(missing, []);
  const { record, problems } = readCommandLine(line);
  assert.deepEqual(problems, [], line);
  assert.deepEqual(expressible(readDefinition(record)), expressible(definition), line);
}

describe('a tunnel formatted as a command line and parsed again', () => {
  const random = seeded(20_260_101);
  for (let part = 0; part < 10; part++) {
    it(`is the same: random tunnels ${part * 50 + 1} to ${part * 50 + 50}`, () => {
      for (let number = 0; number < 50; number++) {
        assertSame(readDefinition(madeUpRecord(random)));
      }
    });
  }
  for (const command of ['firefox', 'xterm -e "top -d 1"', "it's", '-odd', 'a | b; c', 'a  b', '"x y"/z']) {
    for (const trusted of [true, false]) {
      it(`is the same: the ${trusted ? 'trusted ' : ''}program ${JSON.stringify(command)}`, () =>
        assertSame(readDefinition({ host: 'me@host:1', x11Programs: { name: { command, trusted } } })));
    }
  }
});
