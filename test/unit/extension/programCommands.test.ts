// Which X11 program a command runs or stops, and what is asked about a program that is not in the settings.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'mocha';
import type * as programs from '../../../src/extension/commands/programs';
import type * as steps from '../../../src/extension/commands/programSteps';
import type { CommandTable } from '../../../src/extension/commands/register';
import type { Targets } from '../../../src/extension/commands/commandArgument';
import { commandIds } from '../../../src/extension/contributions';
import type { TunnelManager } from '../../../src/extension/tunnels/tunnelManager';
import type { InteractiveStart, ProgramToRun } from '../../../src/extension/tunnels/interactiveStart';
import { TunnelFailure } from '../../../src/tunnels/errors/errors';
import { programFailed } from '../../../src/tunnels/errors/forwards/program';
import { x11Disabled } from '../../../src/tunnels/errors/forwards/x11';
import type { TunnelSnapshot } from '../../../src/tunnels/model/snapshot';
import { programNode, tunnelNode } from '../../../src/views/tree/nodes';
import { takeShown, withFakeVscode } from '../../support/fakeVscode';
import { ended, forward, local, program, running, stopped, tunnel, up } from '../views/snapshots';

const laptop = tunnel(stopped, { name: 'laptop', origin: 'user', programs: [program()] });
const desk = tunnel(up, {
  name: 'desk',
  origin: 'user',
  forwards: [forward(local('Database'))],
  programs: [program(running(), { name: 'Eyes', command: 'xeyes' }), program(ended(), { name: 'Database' })],
});

describe('the commands for X11 programs', () => {
  let tunnels: readonly TunnelSnapshot[];
  let commands: CommandTable;
  let targets: Targets;
  let module: typeof programs;
  let questions: typeof steps;
  let done: string[];

  before(async () => {
    const loaded = await withFakeVscode(() =>
      Promise.all([
        import('../../../src/extension/commands/programs'),
        import('../../../src/extension/commands/programSteps'),
        import('../../../src/extension/commands/commandArgument'),
        import('../../../src/extension/commands/lifecycle'),
      ]),
    );
    [module, questions] = loaded;
    const [, , { Targets: Real }, { lifecycleCommands }] = loaded;
    targets = new Real(() => tunnels);
    const manager = {
      desiredState: { get: () => undefined },
      get tunnels() {
        return tunnels;
      },
      stop: (id: string) => Promise.resolve(done.push(`stop ${id}`)),
      stopProgram: (id: string, name: string) => Promise.resolve(done.push(`stop ${id}/${name}`)),
    } as unknown as TunnelManager;
    const interactiveStart = {
      start: (id: string) => Promise.resolve(done.push(`start ${id}`)),
      runProgram: (id: string, { program: { name } }: ProgramToRun) =>
        Promise.resolve(done.push(`run ${id}/${name}`)),
    } as unknown as InteractiveStart;
    const parts = { manager, interactiveStart, targets, review: () => undefined };
    commands = { ...module.programCommands(parts), ...lifecycleCommands(parts) };
  });
  beforeEach(() => {
    tunnels = [laptop, desk];
    done = [];
    takeShown();
  });

  const { runX11Program, stopX11Program, start, stop } = commandIds;
  const rows: readonly (readonly [id: keyof CommandTable, argument: unknown, done: string])[] = [
    [runX11Program, programNode(laptop.id, 'Clock'), 'run user:laptop/Clock'],
    [runX11Program, 'laptop/Clock', 'run user:laptop/Clock'],
    [runX11Program, 'user:laptop/Clock', 'run user:laptop/Clock'],
    [runX11Program, 'desk/Database', 'run user:desk/Database'],
    [start, programNode(desk.id, 'Database'), 'run user:desk/Database'],
    [start, 'laptop/Clock', 'run user:laptop/Clock'],
    // What `ssh -X laptop xclock` does.
    [start, 'laptop', 'run user:laptop/Clock'],
    [start, tunnelNode(laptop.id), 'run user:laptop/Clock'],
    [start, 'desk', 'start user:desk'],
    // A forward comes before a program of the same name.
    [start, 'desk/Database', 'start user:desk'],
    [stop, programNode(desk.id, 'Eyes'), 'stop user:desk/Eyes'],
    [stop, 'desk/Eyes', 'stop user:desk/Eyes'],
    [stop, 'desk', 'stop user:desk'],
    [stopX11Program, undefined, 'stop user:desk/Eyes'],
    [stopX11Program, 'desk', 'stop user:desk/Eyes'],
    [stopX11Program, 'desk/Eyes', 'stop user:desk/Eyes'],
  ];
  for (const [id, argument, expected] of rows) {
    it(`do "${expected}" for ${id} with ${argument === undefined ? 'no argument' : JSON.stringify(argument)}`, async () => {
      await commands[id]?.(argument);
      // The fake editor shows the bar, and leaves the work to this.
      const [bar] = takeShown().filter(({ name }) => name === 'withProgress');
      await (bar?.args[1] as (() => Promise<unknown>) | undefined)?.();
      assert.deepEqual(done, [expected]);
    });
  }
  it('quote the output of a program that ended without a window', () => {
    const explanation = (detail?: string): string =>
      module.explainProgram(new TunnelFailure(programFailed('xclock', 'h', { exitCode: 1 }, detail)));
    assert.match(
      explanation('no fonts'),
      /showed no window\. Program output: no fonts\. Fix the problem that it reports/,
    );
    assert.match(explanation(), /showed no window\. Run it in a terminal/);
    assert.doesNotMatch(
      module.explainProgram(new TunnelFailure(x11Disabled('server', 'h', 'debug'))),
      /Program output|debug/,
    );
  });
  it('do not run a program that is running already', async () => {
    await commands[runX11Program]?.('desk/Eyes');
    assert.match(JSON.stringify(takeShown()), /setStatusBarMessage.*Eyes is already running/);
  });
  it('run no program when a tunnel with several is started', () => {
    const several = tunnel(stopped, { programs: [program(), program(ended(), { name: 'Eyes' })] });
    assert.equal(module.programToRun({ tunnel: several, forward: undefined }), undefined);
  });
  it('say that no program runs, or that there is no such program', async () => {
    tunnels = [laptop];
    const run = async (id: keyof CommandTable, argument?: unknown): Promise<void> => {
      await commands[id]?.(argument);
    };
    await assert.rejects(run(stopX11Program), /No programs are running/);
    await assert.rejects(run(start, programNode(laptop.id, 'Eyes')), /no longer has a program "Eyes"/);
    await assert.rejects(run(start, 'laptop/Eyes'), /no tunnel, forward or program "laptop\/Eyes"/);
  });

  it('offer the programs that do not run yet, with their rights, and another command', async () => {
    await questions.chooseProgram(desk);
    const [list] = takeShown();
    assert.equal(list?.name, 'showQuickPick');
    const items = list.args[0] as readonly { readonly label: string; readonly detail?: string }[];
    assert.deepEqual(
      items.map(({ label }) => label),
      ['Database', 'Another command…'],
    );
    assert.match(items[0]?.detail ?? '', /Untrusted, as with ssh -X/);
  });
  it('ask for a command at once when the tunnel has no programs', async () => {
    await questions.chooseProgram(tunnel(up));
    assert.deepEqual(
      takeShown().map(({ name }) => name),
      ['showInputBox'],
    );
  });

  const faults: readonly (readonly [command: string, fault: RegExp | undefined])[] = [
    ['xclock -digital', undefined],
    ["xterm -e 'top -d 1'", undefined],
    ['a\u0007b', /control character/],
    ['x ${HOME}', /socket paths only/],
    ['x'.repeat(5000), /longer than 4096/],
  ];
  for (const [command, fault] of faults) {
    it(`${fault ? 'refuse' : 'accept'} the typed command ${JSON.stringify(command.slice(0, 20))} (${command.length} characters)`, () => {
      assert.match(questions.commandProblem(command) ?? 'fine', fault ?? /^fine$/);
    });
  }

  const names: readonly (readonly [command: string, existing: TunnelSnapshot['programs'], name: string])[] = [
    ['/usr/bin/xterm -e top', [], 'xterm'],
    ['$(which xterm)/', [], 'program'],
    ['xeyes', [program(ended(), { name: 'xeyes', command: 'xeyes' })], 'xeyes 2'],
    ['xeyes', [program(ended(), { name: 'xeyes', command: 'xeyes' }, true)], 'xeyes'],
    ['xeyes', [program(running(), { name: 'xeyes', command: 'xeyes' }, true)], 'xeyes 2'],
    ['xeyes -shape', [program(ended(), { name: 'xeyes', command: 'xeyes' }, true)], 'xeyes 2'],
  ];
  for (const [command, existing, name] of names) {
    const [other] = existing;
    const beside = other
      ? `a ${other.isAdHoc ? 'typed' : 'configured'} program, ${other.state.status}`
      : 'no other';
    it(`give the typed command "${command}" the name "${name}" beside ${beside}`, () =>
      assert.equal(questions.freshName(command, tunnel(up, { programs: existing })), name));
  }
});
