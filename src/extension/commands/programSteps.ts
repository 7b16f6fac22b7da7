// The questions about a program to run: which of the tunnel's, or what command, and what it may do on the display here.
import type { X11Program } from '../../tunnels/config/definition';
import { programName } from '../../tunnels/config/commandLine/x11Forwarding';
import { parseX11Programs } from '../../tunnels/config/parseX11Programs';
import { isActive } from '../../tunnels/model/programState';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { isRunnable } from '../../views/tree/actions';
import { describeProgram, displaySentence } from '../../views/words/programWords';
import { findProgram } from '../../views/tree/rows';
import { pickOne, typeIn } from '../ui/dialogs';
import type { ProgramTarget } from './target';

const title = 'Run X11 Program';
const usualSize = '1280x800';

/** @returns undefined when it was cancelled */
export async function chooseProgram(tunnel: TunnelSnapshot): Promise<X11Program | undefined> {
  const own = tunnel.programs.filter(isRunnable);
  if (own.length === 0) {
    return askProgram(tunnel);
  }
  const items = [
    ...own.map((snapshot) => ({
      label: snapshot.program.name,
      description: describeProgram(snapshot),
      detail: displaySentence(snapshot.program),
      program: snapshot.program,
    })),
    { label: 'Another command…', program: undefined },
  ];
  const picked = await pickOne(items, {
    title: `${title} by "${tunnel.name}"`,
    placeHolder: 'Choose a program of the server',
  });
  return picked && (picked.program ?? askProgram(tunnel));
}

/** One that stands in no setting. */
async function askProgram(tunnel: TunnelSnapshot): Promise<X11Program | undefined> {
  const command = await typeIn({
    title: `${title} by "${tunnel.name}"`,
    prompt: "The command, for the server's own shell",
    placeHolder: 'xclock',
    validate: (text) => (text.trim() === '' ? undefined : commandFault(text.trim())),
  });
  const plain = command?.trim();
  if (plain === undefined || plain === '') {
    return undefined;
  }
  const how = await askHow(plain);
  return how && { name: freshName(plain, tunnel), command: plain, ...how };
}

type How = Pick<X11Program, 'trusted' | 'nested'>;

async function askHow(command: string): Promise<How | undefined> {
  const picked = await pickOne(
    [
      {
        label: 'Untrusted',
        description: 'as ssh -X',
        detail: "It can't see your other windows, nor what is typed into them. Some programs need more.",
        how: 'untrusted' as const,
      },
      {
        label: 'In a window of its own…',
        description: 'nested display',
        detail:
          'A program or a whole desktop in one window, by Xephyr or Xnest: it sees nothing outside of it.',
        how: 'nested' as const,
      },
      {
        label: 'Trusted',
        description: 'as ssh -Y',
        detail: 'It can read whatever is typed, and see and control all windows of your display.',
        how: 'trusted' as const,
      },
    ],
    { title: `${title}: ${command}`, placeHolder: 'What it may do on your display', ignoreFocusOut: true },
  );
  if (picked?.how !== 'nested') {
    return picked && { trusted: picked.how === 'trusted' };
  }
  const nested = await askSize();
  return nested === undefined ? undefined : { trusted: false, nested };
}

async function askSize(): Promise<string | undefined> {
  const size = await typeIn({
    title,
    prompt: 'The size of the window: width x height',
    value: usualSize,
    validate: (text) => faultOf({ command: 'x', nested: text.trim() }),
  });
  return size?.trim();
}

/** What the settings would say of it. */
export function commandFault(command: string): string | undefined {
  return faultOf({ command });
}

function faultOf(program: object): string | undefined {
  const faults: string[] = [];
  parseX11Programs({ program }, (_path, message) => faults.push(message));
  return faults[0];
}

/** After the program, and another than those that the tunnel has; one that has ended makes room for the same again. */
export function freshName(command: string, tunnel: TunnelSnapshot): string {
  const own = programName(command);
  const base = /^[\w.+-]{1,60}$/.test(own) ? own : 'program';
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base} ${count}`;
    const there = findProgram(tunnel, name);
    if (!there || (there.isAdHoc === true && !isActive(there.state) && there.program.command === command)) {
      return name;
    }
  }
}

/** Of several. */
export async function pickProgram(
  candidates: readonly ProgramTarget[],
  heading: string,
): Promise<ProgramTarget | undefined> {
  const items = candidates.map((target) => ({
    label: target.program.program.name,
    description: target.tunnel.name,
    detail: describeProgram(target.program),
    target,
  }));
  const picked = await pickOne(items, { title: heading, placeHolder: 'Choose a program' });
  return picked?.target;
}
