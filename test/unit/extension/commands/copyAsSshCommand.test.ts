// The ssh command line that is copied for a tunnel, with its ports as they are at the moment.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commandOf, programCommandOf } from '../../../../src/extension/commands/copyAsSshCommand';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import type { ForwardState } from '../../../../src/tunnels/model/state';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';

const plain = { configFile: undefined, platform: 'linux', hasOwnForwards: () => false };

function snapshot(value: unknown, more: Partial<TunnelSnapshot> = {}, state?: ForwardState): TunnelSnapshot {
  const parsed = parseTunnel('db', value, 'user');
  const entry = 'entry' in parsed ? parsed.entry : undefined;
  return {
    id: 'user:db',
    name: 'db',
    origin: 'user',
    entry,
    problems: [],
    state: { status: 'stopped' },
    forwards: (entry?.definition.forwards ?? []).map((forward) => ({
      forward,
      state: state ?? { status: 'closed' },
    })),
    programs: [],
    ...more,
  };
}

describe('the ssh command line of a tunnel', () => {
  const value = { host: 'me@host', localForward: [{ listen: 0, target: 'a:80', label: 'Web' }] };

  it('has the bound port of a forward that uses any free port', () => {
    const bound = [{ host: '127.0.0.1', port: 4321 }];
    const up: ForwardState = { status: 'listening', bound, connections: 0, bytesIn: 0, bytesOut: 0 };
    assert.deepEqual(commandOf(snapshot(value, {}, up), plain), {
      line: 'ssh -N -L 4321:a:80 me@host',
      missing: [],
    });
  });
  it('leaves out a forward whose free port is not bound yet, and says so', () => {
    const { line, missing } = commandOf(snapshot(value), plain);
    assert.equal(line, 'ssh -N me@host');
    assert.match(missing.join(), /^The forward "Web" uses any free port/);
  });
  it('names an ssh_config that is not the default one', () => {
    const { line } = commandOf(snapshot({ host: 'host' }), { ...plain, configFile: '/a $& b' });
    assert.equal(line, "ssh -F '/a $& b' -N host");
  });
  it('has no forwards for a host of ssh_config, since ssh opens them itself', () => {
    const { line } = commandOf(snapshot({ host: 'db', dynamicForward: 1 }, { origin: 'sshConfig' }), plain);
    assert.equal(line, 'ssh -N db');
  });
  it('says that ssh also opens the forwards of the alias', () => {
    const { missing } = commandOf(snapshot({ host: 'db' }), {
      ...plain,
      hasOwnForwards: (host) => host === 'db',
    });
    assert.deepEqual(missing, ['ssh also opens the forwards of "db" in your SSH config.']);
  });
  it('runs just the one X11 program it is asked for, as ssh -X or -Y', () => {
    const tunnel = snapshot({ ...value, compression: true, x11Programs: { A: 'a', B: 'b' } });
    const clock = { name: 'Clock', command: 'xclock -digital', trusted: false };
    const surroundings = { ...plain, configFile: '/c' };
    assert.deepEqual(programCommandOf(tunnel, clock, surroundings), {
      line: 'ssh -F /c -f -T -X -C me@host xclock -digital',
      missing: [],
    });
    const trusted = programCommandOf(tunnel, { ...clock, trusted: true }, plain);
    assert.match(trusted.line, / -Y /);
    const ofConfig = snapshot({ host: 'db', dynamicForward: 1 }, { origin: 'sshConfig' });
    assert.equal(programCommandOf(ofConfig, clock, plain).line, 'ssh -f -T -X db xclock -digital');
    assert.throws(
      () => programCommandOf(tunnel, { ...clock, nested: '800x600' }, plain),
      /"Clock" can.t be copied as a command: ssh has no nested display/,
    );
  });
  it('is refused for a tunnel with an invalid definition', () =>
    assert.throws(() => commandOf(snapshot({}), plain), /^Error: "db" is invalid/));
});
