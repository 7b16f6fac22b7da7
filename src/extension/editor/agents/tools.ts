// Language-model tools: list and explain tunnels, and start or stop an existing one after confirmation.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { plainText } from '../../../views/words/format';
import { bulletList, localized, marked, Markdown, paragraphs } from '../../../views/words/markdown';
import { hover } from '../../../views/tree/treeItems';
import { toolNames } from '../../contributions';
import type { TunnelManager } from '../../tunnels/tunnelManager';
import { explainFailure } from '../../tunnels/interactiveStart';
import type { TunnelStarter } from '../startAndWait';
import { ShownTunnels } from './shownTunnels';
import { explainText, listText, readToolInput, tunnelText } from './toolFacts';
import { serverOf, startSummary } from './startSummary';

export interface ToolParts {
  readonly starter: TunnelStarter;
  readonly manager: TunnelManager;
  /** Resolves when the tunnels from ssh_config are known too. */
  readonly whenLoaded: () => Promise<void>;
}

interface Tool {
  readonly run: (input: unknown, token: vscode.CancellationToken) => Promise<string>;
  /** The confirmation before it runs; absent if the tool changes nothing. */
  readonly ask?: (input: unknown) => Promise<{ readonly doing: Markdown } & Confirmation>;
}

type Confirmation = vscode.LanguageModelToolConfirmationMessages;

export function registerTools(parts: ToolParts): vscode.Disposable {
  // Some VS Code compatible editors have no language models.
  const { lm } = vscode as { readonly lm?: Partial<typeof vscode.lm> };
  const registerTool = lm?.registerTool;
  if (!registerTool) {
    return vscode.Disposable.from();
  }
  return vscode.Disposable.from(
    ...Object.entries(toolsOf(parts)).map(([name, tool]) => registerTool(name, implementation(tool))),
  );
}

function toolsOf({ starter, manager, whenLoaded }: ToolParts): Readonly<Record<string, Tool>> {
  const find = (input: unknown): Promise<TunnelSnapshot> => starter.find(readToolInput(input));
  const [toStart, toStop] = [new ShownTunnels(), new ShownTunnels()];
  const findToAsk = async (input: unknown, shown: ShownTunnels): Promise<TunnelSnapshot> => {
    const tunnel = await find(input);
    shown.set(readToolInput(input), tunnel);
    return tunnel;
  };
  const findShown = async (input: unknown, shown: ShownTunnels): Promise<TunnelSnapshot> => {
    const tunnel = await find(input);
    shown.check(readToolInput(input), tunnel);
    return tunnel;
  };
  return {
    [toolNames.list]: {
      run: async () => {
        await whenLoaded();
        return listText(manager.tunnels);
      },
    },
    [toolNames.explain]: {
      run: async (input) => explainText(await find(input), process.platform),
    },
    [toolNames.start]: {
      ask: async (input) => {
        const tunnel = await findToAsk(input, toStart);
        return {
          doing: localized((values) => vscode.l10n.t('Starting the tunnel {tunnel}', values), {
            tunnel: Markdown.code(tunnel.name),
          }),
          title: vscode.l10n.t('{host}: start an SSH tunnel?', { host: serverOf(tunnel) }),
          message: question(vscode.l10n.t('It connects to the server and opens these ports.'), tunnel),
        };
      },
      run: async (input, token) => {
        const tunnel = await starter.tunnel((await findShown(input, toStart)).id, token);
        if (tunnel === 'cancelled') {
          throw new vscode.CancellationError();
        }
        return tunnelText(tunnel);
      },
    },
    [toolNames.stop]: {
      ask: async (input) => {
        const tunnel = await findToAsk(input, toStop);
        return {
          doing: localized((values) => vscode.l10n.t('Stopping the tunnel {tunnel}', values), {
            tunnel: Markdown.code(tunnel.name),
          }),
          title: vscode.l10n.t('{host}: stop an SSH tunnel?', { host: serverOf(tunnel) }),
          message: question(
            vscode.l10n.t('It stops in all windows and stays stopped until you start it again.'),
            tunnel,
          ),
        };
      },
      run: async (input) => {
        const { id } = await findShown(input, toStop);
        await starter.stop(id);
        return tunnelText(await starter.find(id));
      },
    },
  };
}

function implementation({ run, ask }: Tool): vscode.LanguageModelTool<unknown> {
  return {
    ...(ask && {
      prepareInvocation: async ({ input }) => {
        const { doing, ...confirmationMessages } = await withPlainErrors(() => ask(input));
        return { invocationMessage: hover(doing), confirmationMessages };
      },
    }),
    invoke: async ({ input }, token) => {
      const text = await withPlainErrors(() => run(input, token));
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
    },
  };
}

/** @param consequence a translated sentence without values */
function question(consequence: string, tunnel: TunnelSnapshot): vscode.MarkdownString {
  const [first, ...others] = startSummary(tunnel);
  const named = { term: vscode.l10n.t('Tunnel'), value: tunnel.name };
  const facts = first ? [first, named, ...others] : [named];
  const lines = facts.map(({ term, value }) => marked`${term}: ${Markdown.code(value)}`);
  return hover(paragraphs([Markdown.translated(consequence), bulletList(lines)]));
}

/** Turns a failure into a plain error message for the model: the reason and the next step. */
async function withPlainErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof vscode.CancellationError) {
      throw error;
    }
    throw new Error(plainText(explainFailure(error)), { cause: error });
  }
}
