// The steps of Edit: what to change, then its new value, as in Add Tunnel…. For the rest it leads to the settings.
import { isDeepStrictEqual } from 'node:util';
import { l10n } from 'vscode';
import { checkLine } from '../../../tunnels/config/commandLine/pastedCommandLine';
import type { TunnelEntry } from '../../../tunnels/config/definition';
import { formatListen, forwardTarget } from '../../../tunnels/config/forward';
import type { Forward, ForwardKind } from '../../../tunnels/config/forward';
import { isCommandLine } from '../../../tunnels/config/moveListen';
import { forwardPaths } from '../../../tunnels/config/parsing/parseForward';
import { formatAddress } from '../../../tunnels/util/address';
import { valueAt } from '../../../tunnels/util/jsonPath';
import type { JsonChange, JsonPath } from '../../../tunnels/util/jsonPath';
import { localize } from '../../../tunnels/util/l10n';
import { isRecord } from '../../../tunnels/util/parsing';
import { plainText } from '../../../views/words/format';
import { isDefaultLabel } from '../../../views/words/forwardWords';
import type { EntryChange } from '../../settings/changeEntry';
import type { ValidTunnel } from '../../settings/configuredTunnel';
import { readTunnel, settingsLocationOf } from '../../settings/writeTunnels';
import { offerUndo } from '../../ui/dialogs';
import { askForText, askInList, askInSteps, matchingItems } from '../../ui/stepBox';
import type { Answer, Position, StepItem } from '../../ui/stepBox';
import { forwardItems, forwardPlaceholder, kindItems } from '../add/forwardStep';
import type { ForwardChoice } from '../add/forwardStep';
import { hostItems, readHosts } from '../add/hostStep';
import { ListenPorts, portsInSettings } from '../add/listenPorts';
import { nameComplaint } from '../add/saveTunnel';
import type { AddParts } from '../add/saveTunnel';
import { forwardChanges, saveChange } from './saveChange';

/** Where a person can change what the steps don't ask for. */
export type OtherPlace = 'setting' | 'override';

/** What to change. A forward has its place among those of the entry. */
type Part = 'line' | 'host' | 'name' | 'autoStart' | 'newForward' | { readonly forward: number } | OtherPlace;

type StepName = 'what' | 'line' | 'host' | 'name' | 'autoStart' | 'kind' | 'forward';

/**
 * Changes nothing if the user cancels at any step.
 * @param forward the label of the one to change; undefined: asks what to change
 * @returns where the user goes on; undefined: done, or cancelled
 * @throws Error if the settings have changed meanwhile, or don't take the change
 */
export async function editInSteps(
  parts: AddParts,
  tunnel: ValidTunnel,
  forward?: string,
): Promise<OtherPlace | undefined> {
  const name = tunnel.writtenName ?? tunnel.name;
  const written = await readTunnel(settingsLocationOf(tunnel), name);
  const asked = await askForChange(parts, tunnel, written, forward);
  if (typeof asked === 'string' || asked === undefined) {
    return asked;
  }
  const { undo, goOn } = await saveChange(parts, tunnel, written, asked);
  void offerUndo(l10n.t('Changed the tunnel "{tunnel}".', { tunnel: plainText(tunnel.name) }), undo);
  await goOn();
  return undefined;
}

interface Draft {
  part: Part | undefined;
  /** Of a new forward. */
  kind: ForwardKind;
  change?: EntryChange;
}

async function askForChange(
  { manager, ports }: AddParts,
  tunnel: ValidTunnel,
  written: unknown,
  label: string | undefined,
): Promise<EntryChange | OtherPlace | undefined> {
  const entry = tunnel.projectEntry ?? tunnel.entry;
  const { forwards } = entry.definition;
  const paths = isRecord(written) && !isCommandLine(written) ? forwardPaths(written) : [];
  const given = forwards.findIndex((each) => each.label === label && isSimple(each));
  const isGiven = given >= 0 && paths[given] !== undefined;
  const draft: Draft = { part: isGiven ? { forward: given } : undefined, kind: 'local' };
  const takes = (...changes: readonly JsonChange[]): void => {
    draft.change = { changes };
  };

  const forwardStep = (position: Position, old: Forward | undefined): Promise<Answer<ForwardChoice>> => {
    const kind = old?.kind ?? draft.kind;
    const own = old && 'port' in old.listen ? old.listen.port : undefined;
    const listenPorts = new ListenPorts(portsInSettings(manager.desiredState, old && tunnel.id), own);
    const step = {
      kind,
      server: plainText(entry.definition.destination.host),
      ports: listenPorts,
      unprivilegedFrom: ports.unprivilegedFrom,
    };
    return askInList({
      position,
      placeHolder: forwardPlaceholder(kind),
      value: old ? forwardText(old) : '',
      items: (text, redraw) => forwardItems(step, text, redraw),
    });
  };

  const steps: Readonly<Record<StepName, (position: Position) => Promise<Answer<unknown>>>> = {
    what: async (position) => {
      const answer = await askInList<Part>({
        position,
        placeHolder: l10n.t('What to change'),
        items: (text) => matchingItems(partItems(tunnel, entry, written), text),
        isActive: ({ accept }) => draft.part !== undefined && isDeepStrictEqual(accept?.(), draft.part),
      });
      return taken(answer, (part) => {
        draft.part = part;
      });
    },
    line: async (position) => {
      const path = lineOf(written)?.path ?? [];
      const answer = await askForText({
        position,
        prompt: l10n.t('SSH command, as you would type it in a terminal'),
        value: lineOf(written)?.text ?? '',
        complaint: (text) => {
          const checked = checkLine(text);
          return 'fault' in checked ? localize(checked.fault, l10n) : undefined;
        },
      });
      return taken(answer, (text) => takes({ path, value: text }));
    },
    host: async (position) => {
      const hosts = readHosts(manager.desiredState.settings.connection);
      const answer = await askInList({
        position,
        placeHolder: l10n.t('Host of your SSH config, or user@host:port'),
        value: writtenHost(written),
        items: (text) => hostItems(text, hosts.names).filter(({ icon }) => icon !== 'terminal'),
        until: hosts.read,
      });
      return taken(answer, (choice) => {
        if (choice.kind === 'host') {
          takes({ path: ['host'], value: choice.host });
        }
      });
    },
    kind: async (position) => {
      const answer = await askInList({
        position,
        placeHolder: l10n.t('What the port is for'),
        items: (text) => kindItems(text, plainText(entry.definition.destination.host)),
      });
      return taken(answer, (kind) => {
        draft.kind = kind;
      });
    },
    forward: async (position) => {
      const index = typeof draft.part === 'object' ? draft.part.forward : -1;
      const answer = await forwardStep(position, forwards[index]);
      return taken(answer, (choice) => takes(...forwardChanges(written, paths[index], choice)));
    },
    name: async (position) => {
      const others = manager.tunnels.filter(({ id }) => id !== tunnel.id);
      const answer = await askForText({
        position,
        prompt: l10n.t('Tunnel name'),
        value: tunnel.name,
        complaint: (text) => nameComplaint(text, new Set(others.map(({ name }) => name))),
      });
      return taken(answer, (name) => {
        draft.change = { changes: [], name };
      });
    },
    autoStart: async (position) => {
      const answer = await askInList({
        position,
        placeHolder: l10n.t('When the tunnel starts'),
        items: (text) => matchingItems(autoStartItems(), text),
        isActive: ({ accept }) => accept?.() === entry.autoStart,
      });
      return taken(answer, (value) => takes({ path: ['autoStart'], value }));
    },
  };
  const isDone = await askInSteps(
    l10n.t('Edit "{tunnel}"', { tunnel: plainText(tunnel.name) }),
    () => [...(isGiven ? [] : (['what'] as const)), ...stepsFor(draft.part)],
    steps,
  );
  const { part, change } = draft;
  return isDone ? (part === 'setting' || part === 'override' ? part : change) : undefined;
}

/** Until it is known what to change, one step follows. */
function stepsFor(part: Part | undefined): readonly StepName[] {
  switch (part) {
    case undefined:
      return ['forward'];
    case 'setting':
    case 'override':
      return [];
    case 'newForward':
      return ['kind', 'forward'];
    case 'line':
    case 'host':
    case 'name':
    case 'autoStart':
      return [part];
    default:
      return ['forward'];
  }
}

function taken<T>(answer: Answer<T>, take: (value: T) => void): Answer<T> {
  if (answer && 'value' in answer) {
    take(answer.value);
  }
  return answer;
}

const iconOfKind: Readonly<Record<ForwardKind, string>> = {
  local: 'arrow-right',
  remote: 'arrow-left',
  dynamic: 'globe',
};

function partItems(
  { origin, name }: ValidTunnel,
  entry: TunnelEntry,
  written: unknown,
): readonly StepItem<Part>[] {
  const line = lineOf(written);
  const offer = (icon: string, label: string, description: string, part: Part): StepItem<Part> => ({
    icon,
    label,
    description: plainText(description),
    accept: () => part,
  });
  return [
    ...(line
      ? [offer('terminal', l10n.t('ssh command'), line.text, 'line')]
      : [
          ...entry.definition.forwards.flatMap((forward, index) =>
            isSimple(forward)
              ? [
                  offer(
                    iconOfKind[forward.kind],
                    isDefaultLabel(forward) ? l10n.t('Port') : plainText(forward.label),
                    forwardText(forward),
                    { forward: index },
                  ),
                ]
              : [],
          ),
          offer('add', l10n.t('Another port…'), '', 'newForward'),
          offer('server', l10n.t('Host'), writtenHost(written), 'host'),
        ]),
    offer('tag', l10n.t('Name'), name, 'name'),
    ...(typeof written === 'string'
      ? []
      : [offer('rocket', l10n.t('Start'), autoStartWords(entry.autoStart), 'autoStart')]),
    ...(origin === 'user'
      ? []
      : [
          offer(
            'account',
            l10n.t('Change it only for me'),
            l10n.t("In your user settings. The project's settings don't change."),
            'override',
          ),
        ]),
    offer('settings-gear', l10n.t('All else in settings.json'), '', 'setting'),
  ];
}

function autoStartItems(): readonly StepItem<TunnelEntry['autoStart']>[] {
  return ([true, 'onConnect', false] as const).map((value) => ({
    label: autoStartWords(value),
    accept: () => value,
  }));
}

function autoStartWords(autoStart: TunnelEntry['autoStart']): string {
  switch (autoStart) {
    case true:
      return l10n.t('When the window opens');
    case 'onConnect':
      return l10n.t('When a program connects to its port');
    case false:
      return l10n.t('Only when you start it');
  }
}

/** A remote forward without a target would be read as a port of this machine. */
function isSimple(forward: Forward): boolean {
  return forward.kind !== 'remote' || forwardTarget(forward) !== undefined;
}

/** As one types it: `15432:db:5432`. */
function forwardText(forward: Forward): string {
  const { listen } = forward;
  const target = forwardTarget(forward);
  return target === undefined ? formatListen(listen) : `${formatListen(listen)}:${formatAddress(target)}`;
}

function lineOf(written: unknown): { readonly text: string; readonly path: JsonPath } | undefined {
  const path = typeof written === 'string' ? [] : ['ssh'];
  const text = isCommandLine(written) ? valueAt(written, path) : undefined;
  return typeof text === 'string' ? { text, path } : undefined;
}

function writtenHost(written: unknown): string {
  const host = valueAt(written, ['host']);
  return typeof host === 'string' ? host : '';
}
