// The questions of Run X11 Program: which program or command, and what it may do on the user's display.
import { l10n } from 'vscode';
import { localize } from '../../tunnels/util/l10n';
import type { X11Program } from '../../tunnels/config/definition';
import { programName } from '../../tunnels/config/commandLine/commandProgram';
import { parseX11Programs } from '../../tunnels/config/parsing/parseX11Programs';
import { isActive } from '../../tunnels/model/programState';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { isRunnable } from '../../views/tree/contextValues';
import { describeProgram, displaySentence } from '../../views/words/programWords';
import { findProgram } from '../../views/tree/rowViews';
import type { ProgramToRun } from '../tunnels/interactiveStart';
import { pickOne, showInput } from '../ui/dialogs';
import type { ProgramTarget } from './commandArgument';

const defaultSize = '1280x800';

/** @returns undefined if the user cancelled */
export async function chooseProgram(tunnel: TunnelSnapshot): Promise<ProgramToRun | undefined> {
  const own = tunnel.programs.filter(isRunnable);
  if (own.length === 0) {
    return askProgram(tunnel);
  }
  const items = [
    ...own.map((snapshot) => ({
      label: snapshot.program.name,
      description: describeProgram(snapshot),
      detail: displaySentence(snapshot.program),
      toRun: { program: snapshot.program, isTyped: snapshot.isAdHoc === true },
    })),
    { label: l10n.t('Another command…'), toRun: undefined },
  ];
  const picked = await pickOne(items, {
    title: l10n.t('Run X11 Program through "{tunnel}"', { tunnel: tunnel.name }),
    placeHolder: l10n.t('Choose a program on the server'),
  });
  return picked && (picked.toRun ?? askProgram(tunnel));
}

/** Asks for a command that isn't in the settings. */
async function askProgram(tunnel: TunnelSnapshot): Promise<ProgramToRun | undefined> {
  const command = await showInput({
    title: l10n.t('Run X11 Program through "{tunnel}"', { tunnel: tunnel.name }),
    prompt: l10n.t("Command to run in the server's shell"),
    placeHolder: 'xclock',
    validate: (text) => (text.trim() === '' ? undefined : commandProblem(text.trim())),
  });
  const plain = command?.trim();
  if (plain === undefined || plain === '') {
    return undefined;
  }
  const how = await askHow(plain);
  return how && { program: { name: freshName(plain, tunnel), command: plain, ...how }, isTyped: true };
}

type How = Pick<X11Program, 'trusted' | 'nested'>;

async function askHow(command: string): Promise<How | undefined> {
  const picked = await pickOne(
    [
      {
        label: l10n.t('Untrusted'),
        description: l10n.t('like ssh -X'),
        detail: l10n.t(
          "It can't see your other windows or what you type in them. Some programs need more access.",
        ),
        how: 'untrusted' as const,
      },
      {
        label: l10n.t('In its own window…'),
        description: l10n.t('nested display'),
        detail: l10n.t(
          'A program or a desktop in one window (Xephyr or Xnest). It sees nothing outside that window.',
        ),
        how: 'nested' as const,
      },
      {
        label: l10n.t('Trusted'),
        description: l10n.t('like ssh -Y'),
        detail: l10n.t('It can read everything you type, and see and control all windows on your display.'),
        how: 'trusted' as const,
      },
    ],
    {
      title: l10n.t('Run X11 Program: {command}', { command }),
      placeHolder: l10n.t('Choose what it may do on your display'),
      ignoreFocusOut: true,
    },
  );
  if (picked?.how !== 'nested') {
    return picked && { trusted: picked.how === 'trusted' };
  }
  const nested = await askSize();
  return nested === undefined ? undefined : { trusted: false, nested };
}

async function askSize(): Promise<string | undefined> {
  const size = await showInput({
    title: l10n.t('Run X11 Program'),
    prompt: l10n.t('Window size (width x height)'),
    value: defaultSize,
    validate: (text) => problemOf({ command: 'x', nested: text.trim() }),
  });
  return size?.trim();
}

/** The problem that the command would have in the settings; undefined: none. */
export function commandProblem(command: string): string | undefined {
  return problemOf({ command });
}

function problemOf(program: object): string | undefined {
  const problems: string[] = [];
  parseX11Programs({ program }, (_path, message) => problems.push(localize(message, l10n)));
  return problems[0];
}

/**
 * A name made from the command that the tunnel doesn't use yet. It may be the name of an ended program with the same
 * command.
 */
export function freshName(command: string, tunnel: TunnelSnapshot): string {
  const own = programName(command);
  const base = /^[\w.+-]{1,60}$/.test(own) ? own : 'program';
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base} ${count}`;
    const found = findProgram(tunnel, name);
    if (!found || (found.isAdHoc === true && !isActive(found.state) && found.program.command === command)) {
      return name;
    }
  }
}

/** Asks for one of several programs. */
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
  const picked = await pickOne(items, { title: heading, placeHolder: l10n.t('Choose a program') });
  return picked?.target;
}
