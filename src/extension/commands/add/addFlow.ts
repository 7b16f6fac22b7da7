// The steps of Add Tunnel…: host, kind, port or address, name, and where to save. Back keeps what was answered.
import { l10n } from 'vscode';
import { parseDestination, serializeDestination } from '../../../tunnels/config/parsing/parseDestination';
import type { UsableLine } from '../../../tunnels/config/commandLine/pastedCommandLine';
import { keyOfKind } from '../../../tunnels/config/parsing/parseForward';
import type { ForwardKind } from '../../../tunnels/config/forward';
import type { ConfigName } from '../../../tunnels/ssh/config/hostList/configHosts';
import { forwardItems, forwardPlaceholder, kindItems } from './forwardStep';
import type { ForwardChoice } from './forwardStep';
import { askAboutOptions, planHostBlock, prepareOffer } from './hostBlock';
import { hostItems, readHosts } from './hostStep';
import type { HostChoice } from './hostStep';
import { ListenPorts, portsInSettings } from './listenPorts';
import { nameOfHost, proposeName } from './proposals';
import { locationItems, nameComplaint, writeAndStart } from './saveTunnel';
import type { AddParts, NewTunnel, SaveLocation } from './saveTunnel';
import { askForText, askInList, askInSteps } from '../../ui/stepBox';
import type { Answer, Position } from '../../ui/stepBox';
import { forwardSetting } from './typedForward';

/** A tunnel whose definition is known, from a command line. */
export interface LineTunnel {
  readonly value: NewTunnel;
  /** Writes its Host block. */
  readonly write?: () => Promise<void>;
}

interface Draft {
  host?: Extract<HostChoice, { kind: 'host' }>;
  line?: LineTunnel | undefined;
  kind?: ForwardKind;
  forward?: ForwardChoice;
  name?: string;
  location?: SaveLocation;
  /** What stood in the boxes. */
  readonly texts: Map<'forward' | 'name', string>;
}

type StepName = 'host' | 'kind' | 'forward' | 'name' | 'location';

/** Changes nothing if the user cancels at any step. */
export function addTunnel(parts: AddParts): Promise<void> {
  return addInSteps(parts, l10n.t('Add SSH Tunnel'));
}

/** The last steps for a command line, from a box to which Back can't lead. Changes nothing if the user cancels. */
export function saveLine(parts: AddParts, title: string, line: LineTunnel): Promise<void> {
  return addInSteps(parts, title, line);
}

async function addInSteps(parts: AddParts, title: string, given?: LineTunnel): Promise<void> {
  const hosts = given === undefined ? readHosts(parts.manager.desiredState.settings.connection) : undefined;
  const taken = new Set(parts.manager.tunnels.map(({ name }) => name));
  const ports = new ListenPorts(portsInSettings(parts.manager.desiredState));
  const locations = locationItems(parts.workspaceStorage.savedIn);
  const draft: Draft = { line: given, texts: new Map() };

  const steps: Readonly<Record<StepName, (position: Position) => Promise<Answer<unknown>>>> = {
    host: async (position) => {
      const answer = await askInList({
        position,
        placeHolder: l10n.t('Host of your SSH config, user@host:port, or an ssh command'),
        value: typedHost(draft, hosts?.names ?? []),
        items: (text) => hostItems(text, hosts?.names ?? []),
        isActive: ({ label }) => label === draft.host?.host,
        ...(hosts && { until: hosts.read }),
      });
      if (!answer || 'back' in answer) {
        return answer;
      }
      if (answer.value.kind === 'host') {
        draft.host = answer.value;
        draft.line = undefined;
        return answer;
      }
      draft.line = await tunnelOfLine(parts, answer.value.line, position.title);
      return draft.line && answer;
    },
    kind: async (position) => {
      const answer = await askInList({
        position,
        placeHolder: l10n.t('What the tunnel is for'),
        items: (text) => kindItems(text, serverOf(draft)),
        isActive: ({ accept }) => accept?.() === draft.kind,
      });
      if (answer && 'value' in answer) {
        if (draft.kind !== answer.value) {
          draft.texts.delete('forward');
        }
        draft.kind = answer.value;
      }
      return answer;
    },
    forward: async (position) => {
      const kind = draft.kind ?? 'local';
      const { unprivilegedFrom } = parts.ports;
      const step = { kind, server: serverOf(draft), ports, unprivilegedFrom };
      const answer = await askInList({
        position,
        placeHolder: forwardPlaceholder(kind),
        value: draft.texts.get('forward') ?? '',
        items: (text, redraw) => forwardItems(step, text, redraw),
      });
      if (answer) {
        draft.texts.set('forward', 'back' in answer ? answer.back : answer.value.text);
      }
      if (answer && 'value' in answer) {
        draft.forward = answer.value;
      }
      return answer;
    },
    name: async (position) => {
      const proposed = proposal(draft, taken);
      const answer = await askForText({
        position,
        prompt: l10n.t('Tunnel name'),
        value: draft.texts.get('name') ?? proposed,
        complaint: (text) => nameComplaint(text, taken),
      });
      const text = answer && ('back' in answer ? answer.back : answer.value);
      if (text === undefined || text === proposed) {
        draft.texts.delete('name');
      } else {
        draft.texts.set('name', text);
      }
      if (answer && 'value' in answer) {
        draft.name = answer.value;
      }
      return answer;
    },
    location: async (position) => {
      const answer = await askInList({
        position,
        placeHolder: l10n.t('Where to save this tunnel'),
        items: () => locations,
      });
      if (answer && 'value' in answer) {
        draft.location = answer.value;
      }
      return answer;
    },
  };

  const order = (): readonly StepName[] => [
    ...(given === undefined ? (['host'] as const) : []),
    ...(draft.line ? [] : (['kind', 'forward'] as const)),
    'name',
    ...(locations.length > 1 ? (['location'] as const) : []),
  ];
  if (!(await askInSteps(title, order, steps))) {
    return;
  }
  const location = draft.location ?? (await locations[0]?.accept?.());
  if (location && draft.name !== undefined) {
    await writeAndStart(parts, location, draft.name, valueOf(draft), draft.line?.write);
  }
}

/** Asks about options that a tunnel has no key for. undefined: the user cancelled. */
export async function tunnelOfLine(
  { manager }: AddParts,
  line: UsableLine,
  title: string,
): Promise<LineTunnel | undefined> {
  const { sshConfigFile } = manager.desiredState.settings.connection;
  const offer = await prepareOffer(line, sshConfigFile);
  const answer = await askAboutOptions(line, offer);
  if (answer === 'write' && offer.block) {
    const planned = await planHostBlock(offer.block, line, title);
    return planned && { value: { ...line.record, host: planned.alias }, write: planned.write };
  }
  return answer === undefined
    ? undefined
    : { value: { ...line.record, host: serializeDestination(line.destination) } };
}

/** A host of the list is found there again. */
function typedHost({ host }: Draft, names: readonly ConfigName[]): string {
  return host && !names.some(({ alias }) => alias === host.host) ? host.host : '';
}

function serverOf({ host }: Draft): string {
  return host?.host ?? '';
}

function proposal({ line, host, forward }: Draft, taken: ReadonlySet<string>): string {
  return line || !forward || !host
    ? nameOfHost(line?.value.host ?? 'tunnel', taken)
    : proposeName(forward.forward, hostName(host.host), taken);
}

/** Without user and port. */
function hostName(destination: string): string {
  const parsed = parseDestination(destination, 'user');
  return 'value' in parsed ? parsed.value.host : destination;
}

function valueOf({ line, host, forward }: Draft): NewTunnel {
  if (line) {
    return line.value;
  }
  const { forward: typed, listen } = forward ?? {};
  return {
    host: host?.host ?? '',
    ...host?.extra,
    ...(typed && listen ? { [keyOfKind[typed.kind]]: [forwardSetting(typed, listen)] } : {}),
  };
}
