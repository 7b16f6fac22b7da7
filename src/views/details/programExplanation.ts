// Explains why an X11 program isn't running, as part of its tunnel's details.
import { l10n } from 'vscode';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { isProgramExplainable, programContextValue } from '../tree/contextValues';
import { plainText } from '../words/format';
import type { ButtonView } from '../webview/pageData';
import { commandLabel } from './detailsActions';
import type { ActionTable } from './detailsActions';
import type { Subject } from './viewParts';

export function programSectionKey(name: string): string {
  return `program:${name}`;
}

export function programSubject(program: ProgramSnapshot): Subject[] {
  const { state } = program;
  const { name } = program.program;
  return state.status === 'failed' && isProgramExplainable(program)
    ? [
        {
          key: programSectionKey(name),
          title: l10n.t('Why "{program}" isn\'t running', { program: plainText(name) }),
          error: state.error,
          program,
          at: state.at,
        },
      ]
    : [];
}

export function programButton(
  tunnel: TunnelSnapshot,
  snapshot: ProgramSnapshot,
  key: string,
  action: 'tryAgain' | 'edit',
  actions: ActionTable,
): ButtonView | undefined {
  const { name } = snapshot.program;
  const flags = programContextValue(snapshot, tunnel).split(' ');
  const [command, flag, label] = (
    {
      tryAgain: ['runProgram', 'startable', l10n.t('Run Again')],
      edit: ['edit', 'editable', commandLabel('edit')],
    } as const
  )[action];
  return flags.includes(flag)
    ? actions.button(`${key}/${command}`, label, { kind: 'run', command, program: name })
    : undefined;
}
