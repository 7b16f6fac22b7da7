// The contributions of package.json: complete, and the same as the typed ids of the code.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'mocha';
import {
  commandIds,
  contextKeys,
  detailsViewType,
  mapViewType,
  openTunnelsViewCommand,
  portsAttributesKey,
  settingKeys,
  taskType,
  toolNames,
  variableCommandIds,
  viewContainerId,
  viewIds,
} from '../../src/extension/contributions';
import { contextFlags } from '../../src/views/tree/contextValues';
import { statusBarModes } from '../../src/views/tunnelsModel';
import { readManifest } from '../support/manifest';

interface MenuItem {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}
interface Schema {
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly scope?: string;
  readonly markdownDescription?: string;
  readonly enum?: readonly unknown[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}
interface Tool {
  readonly name: string;
  readonly displayName: string;
  readonly toolReferenceName: string;
  readonly canBeReferencedInPrompt: boolean;
  readonly icon: string;
  readonly userDescription: string;
  readonly modelDescription: string;
  readonly tags: readonly string[];
  readonly inputSchema: { readonly properties: object; readonly required?: readonly string[] };
}
interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: Readonly<Record<string, unknown>>;
    readonly virtualWorkspaces: Readonly<Record<string, unknown>>;
  };
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category: string; icon?: string }[];
    readonly viewsContainers: { readonly activitybar: readonly { id: string; icon: string }[] };
    readonly views: Readonly<Record<string, readonly { id: string; name: string; icon: string }[]>>;
    readonly viewsWelcome: readonly { view: string; when?: string; contents: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly id: string;
        readonly description: string;
        readonly media: { readonly svg: string; readonly altText: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly taskDefinitions: readonly { type: string }[];
    readonly languageModelTools: readonly Tool[];
    readonly configurationDefaults: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly configuration: { readonly properties: Readonly<Record<string, Schema>> };
  };
}

const root = resolve(import.meta.dirname, '../..');
const manifest = readManifest() as Manifest;
const {
  commands,
  configuration,
  menus,
  taskDefinitions,
  views,
  viewsContainers,
  viewsWelcome,
  walkthroughs,
} = manifest.contributes;
const menuItems = Object.values(menus).flat();
const clauses = [...menuItems, ...viewsWelcome].flatMap(({ when }) => when ?? []);

function assertSame(actual: Iterable<string>, expected: Iterable<string>): void {
  assert.deepEqual([...actual].sort(), [...expected].sort());
}

describe('contributed commands', () => {
  const ids = commands.map(({ command }) => command);

  it('are those of contributions.ts', () =>
    assertSame(ids, [...Object.values(commandIds), ...Object.values(variableCommandIds)]));
  for (const { command, title, category, icon } of commands) {
    it(`include ${command} with a title, a category and an icon`, () => {
      assert.match(title, /^[A-Z]/);
      assert.equal(category, 'SSH Tunnels');
      assert.match(icon ?? '', /^\$\([a-z-]+\)$/);
    });
  }
  it('are the only commands of the menus', () => {
    for (const { command } of menuItems) {
      assert.ok(ids.includes(command), command);
    }
  });
  it('are in the menu of a row, unless they are about all tunnels', () => {
    const inItems = menus['view/item/context']?.map(({ command }) => command) ?? [];
    const ofAll: readonly string[] = [
      commandIds.startAll,
      commandIds.stopAll,
      commandIds.add,
      commandIds.addFromSshCommand,
      commandIds.importFromSshConfig,
      commandIds.showHosts,
      // Rows have it by what it opens.
      commandIds.answer,
      commandIds.forgetSecrets,
      commandIds.labelPorts,
      commandIds.showMap,
      ...Object.values(variableCommandIds),
    ];
    assertSame(
      new Set(inItems),
      ids.filter((id) => !ofAll.includes(id)),
    );
  });
  it('are in the palette while they can do something', () => {
    const always: readonly string[] = [
      commandIds.add,
      commandIds.addFromSshCommand,
      commandIds.importFromSshConfig,
      commandIds.showLog,
      commandIds.forgetSecrets,
    ];
    assertSame(
      menus['commandPalette']?.map(({ command }) => command) ?? [],
      ids.filter((id) => !always.includes(id)),
    );
  });
  it('are hidden from the palette when they resolve variables', () => {
    const hidden = menus['commandPalette']?.filter(({ when }) => when === 'false') ?? [];
    for (const id of Object.values(variableCommandIds)) {
      assert.ok(
        hidden.some(({ command }) => command === id),
        id,
      );
    }
  });
  it('are the only commands of ours in the welcome text and the walkthrough', () => {
    const steps = walkthroughs.flatMap(({ steps: all }) => all);
    const linked = [
      ...viewsWelcome.flatMap(({ contents }) => contents.match(/(?<=command:)sshTunnels\.[\w.]+/g) ?? []),
      ...steps.flatMap(({ description }) => description.match(/(?<=command:)sshTunnels\.[\w.]+/g) ?? []),
      ...steps.flatMap(({ completionEvents: [event = ''] }) => /(?<=^onCommand:).*/.exec(event) ?? []),
    ];
    assert.ok(linked.length > 0);
    for (const command of linked) {
      assert.ok(ids.includes(command) || command === openTunnelsViewCommand, command);
    }
  });
});

describe('the walkthrough', () => {
  it('has a picture for each step, with words for those who do not see it', () => {
    const steps = walkthroughs.flatMap(({ steps: all }) => all);
    assert.equal(steps.length, 4);
    for (const { id, media } of steps) {
      const picture = readFileSync(resolve(root, media.svg), 'utf8');
      assert.match(picture, /^<svg [^>]*viewBox="0 0 520 300"/, id);
      // The colours are the theme's.
      assert.match(picture, /var\(--vscode-foreground/, id);
      assert.match(media.altText, /^Drawing: /, id);
    }
  });
});

describe('contributed views', () => {
  it('are those of contributions.ts', () => {
    assertSame(Object.keys(views), [viewContainerId]);
    assertSame(
      viewsContainers.activitybar.map(({ id }) => id),
      [viewContainerId],
    );
    assertSame(
      Object.values(views).flatMap((contained) => contained.map(({ id }) => id)),
      Object.values(viewIds),
    );
  });
  it('have a welcome text with and without a folder', () => {
    assertSame(
      viewsWelcome.map(({ when }) => when ?? ''),
      ['', 'sshTunnels.hasHosts', 'workbenchState != empty', 'workbenchState == empty'],
    );
    assert.ok(viewsWelcome.every(({ view }) => view === viewIds.tunnels));
  });
});

describe('when clauses', () => {
  it('use our view and every context key, and no other name of ours', () => {
    const named = clauses.flatMap((clause) => clause.match(/\bsshTunnels\.\w+/g) ?? []);
    assertSame(new Set(named), [viewIds.tunnels, ...Object.values(contextKeys)]);
  });
  it('test only flags that a contextValue can have', () => {
    const flags = clauses.flatMap((clause) => clause.match(/(?<=viewItem =~ \/\\b)\w+(?=\\b\/)/g) ?? []);
    const known: readonly string[] = contextFlags;
    assert.ok(flags.length > 0);
    for (const flag of flags) {
      assert.ok(known.includes(flag), flag);
    }
    const tests = clauses.flatMap((clause) => clause.match(/viewItem/g) ?? []);
    assert.equal(flags.length, tests.length, 'a viewItem is tested in another way');
  });
});

describe('contributed settings', () => {
  const nothing = null;
  const expected: Readonly<Record<keyof typeof settingKeys, readonly [scope: string, value: unknown]>> = {
    tunnels: ['resource', {}],
    overrides: ['application', {}],
    autoStart: ['application', 'ask'],
    strictHostKeyChecking: ['application', nothing],
    serverAliveInterval: ['application', nothing],
    serverAliveCountMax: ['application', nothing],
    connectTimeout: ['application', nothing],
    reconnectMaxDelay: ['application', 30],
    sshConfigFile: ['machine', nothing],
    userKnownHostsFile: ['machine', nothing],
    identityAgent: ['machine', nothing],
    showSshConfigHosts: ['window', true],
    terminalEnvironment: ['window', true],
    statusBar: ['window', 'summary'],
  };
  const { properties } = configuration;

  it('are those of contributions.ts', () => assertSame(Object.keys(properties), Object.values(settingKeys)));
  for (const [name, [scope, value]] of Object.entries(expected)) {
    const key = settingKeys[name as keyof typeof settingKeys];
    it(`include ${key} with its scope, default and description`, () => {
      const schema = properties[key];
      assert.equal(schema?.scope, scope);
      assert.deepEqual(schema.default, value);
      assert.match(schema.markdownDescription ?? '', /^[A-Z].*(\.|```)$/s);
      assert.equal(schema.markdownEnumDescriptions?.length, schema.enum?.length);
    });
  }
  it('offer every mode of the status bar', () =>
    assert.deepEqual(properties[settingKeys.statusBar]?.enum, statusBarModes));
});

describe('the schema of a tunnel', () => {
  const tunnel = configuration.properties[settingKeys.tunnels]?.additionalProperties;
  assert.ok(tunnel);

  it('describes each key', () => {
    for (const [key, { markdownDescription }] of Object.entries(tunnel.properties ?? {})) {
      assert.match(markdownDescription ?? '', /^[A-Z].*\.$/s, key);
    }
  });
});

describe('the language model tools', () => {
  const { languageModelTools: tools } = manifest.contributes;

  it('are those of contributions.ts', () =>
    assertSame(
      tools.map(({ name }) => name),
      Object.values(toolNames),
    ));
  for (const tool of tools) {
    it(`include ${tool.name} with descriptions for users and for models`, () => {
      assert.match(tool.name, /^[\w-]+$/);
      assert.match(tool.displayName, /^[A-Z]/);
      assert.match(tool.toolReferenceName, /^[a-z]\w+Tunnels?$/);
      assert.equal(tool.canBeReferencedInPrompt, true);
      assert.match(tool.icon, /^\$\([a-z-]+\)$/);
      assert.match(tool.userDescription, /^[A-Z].*\.$/);
      assert.match(tool.modelDescription, /^[A-Z].*\.$/);
      assert.ok(tool.tags.includes('ssh-tunnels'));
      assertSame(Object.keys(tool.inputSchema.properties), tool.name === toolNames.list ? [] : ['tunnel']);
      assertSame(tool.inputSchema.required ?? [], Object.keys(tool.inputSchema.properties));
    });
  }
});

describe('the default of the Ports view for ports of the daemon', () => {
  const defaults = manifest.contributes.configurationDefaults;
  const [[pattern, attributes] = assert.fail()] = Object.entries(defaults[portsAttributesKey] ?? {});

  it('is to list them without a notification', () => {
    assertSame(Object.keys(defaults), [portsAttributesKey]);
    assert.equal(Object.keys(defaults[portsAttributesKey] ?? {}).length, 1);
    assert.deepEqual(attributes, { onAutoForward: 'silent' });
  });
  // The editor reads a key as a regular expression, unless it is a port or a range of ports.
  const commandLines: readonly (readonly [line: string, isDaemon: boolean])[] = [
    [
      '/srv/node\0/home/me/.vscode-server/extensions/ssh-tunnels.ssh-tunnels-0.1.0/dist/tunnelDaemon.js\0',
      true,
    ],
    ['C:\\Code\\Code.exe C:\\Users\\me\\extensions\\ssh-tunnels\\dist\\tunnelDaemon.js', true],
    ['node /srv/app/dist/server.js', false],
    ['node /srv/app/dist/tunnelDaemon.json', false],
    ['node /srv/app/dist/tunnelDaemonXjs', false],
  ];
  for (const [line, isDaemon] of commandLines) {
    it(`${isDaemon ? 'applies' : 'does not apply'} to the command line ${JSON.stringify(line)}`, () =>
      assert.equal(RegExp(pattern).test(line), isDaemon));
  }
});

describe('the rest of the manifest', () => {
  it('hides no setting of an untrusted workspace, so that its tunnels are listed', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    assertSame(Object.keys(untrustedWorkspaces), ['supported', 'description']);
    assert.equal(untrustedWorkspaces['supported'], 'limited');
    assert.equal(virtualWorkspaces['supported'], false);
  });
  it('has the task type of contributions.ts', () => {
    assertSame(
      taskDefinitions.map(({ type }) => type),
      [taskType],
    );
  });
  it('activates after startup, for debugging, for links and for pages of a reloaded window', () =>
    assert.deepEqual(manifest.activationEvents, [
      'onStartupFinished',
      'onDebug',
      'onUri',
      `onWebviewPanel:${detailsViewType}`,
      `onWebviewPanel:${mapViewType}`,
    ]));
  it('has icons for its views, and an icon of 128 pixels', () => {
    for (const { icon } of [...viewsContainers.activitybar, ...Object.values(views).flat()]) {
      assert.ok(existsSync(resolve(root, icon)), icon);
      assert.match(readFileSync(resolve(root, icon), 'utf8'), /currentColor/);
    }
    const png = readFileSync(resolve(root, manifest.icon));
    // Width and height stand in IHDR, the first chunk of a PNG.
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [128, 128]);
  });
});
