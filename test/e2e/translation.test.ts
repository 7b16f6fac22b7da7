// The extension in another language: all that a person reads is translated, but names, hosts, ports and commands.
import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { eventually } from '../support/eventually';
import { freePort } from '../support/freePort';
import {
  englishWords,
  pseudo,
  pseudoLanguage,
  pseudoTranslatedExtension,
} from '../support/pseudoTranslation';
import { step } from '../support/step';
import { settingsText, startTestProject } from '../editor/testProject';
import { box, details, dialog, openEditorWindow, press, row, runCommand } from './editorWindow';
import { testHooks } from './testHooks';

/** The system's own error, the commands of an explanation, and the time of day. */
const verbatim = [
  /connect E[A-Z]+/g,
  /ssh test-sshd|systemctl status ssh|sudo ss -ltnp \| grep sshd/g,
  /\b[AP]M\b/g,
];

/** The editor's own texts, which this language pack doesn't translate; it shows a command's English title too. */
const editorsOwn =
  /^(Views and More Actions\.\.\.|Collapse All|(Ctrl|Control)(\+C)?|Enter|Configure Keybinding|Warning|Close Dialog|Toggle all checkboxes|\d+ (Results|Selected)|OK|Progress|Quick Tree|\[.*\] actions|Actions for .*|SSH Tunnels: .*)$/;

describe('every text', function () {
  const later = testHooks(this);

  it('is translatable', async () => {
    const extension = later(await pseudoTranslatedExtension());
    const project = later(await startTestProject());
    const [closed, listen] = [await freePort(), await freePort()];
    const target = `127.0.0.1:${project.pagePort}`;
    const localForward = [{ listen, target, label: 'f1' }];
    // Names without two letters in a row are no words.
    const tunnels = {
      t1: { host: 'test-sshd', runIn: 'everywhere', localForward },
      t2: { host: `u@127.0.0.1:${closed}`, runIn: 'everywhere', dynamicForward: 0 },
      t3: { host: 'test-sshd', localforward: '1:2:3' },
    };
    await project.files.write(
      '.vscode/settings.json',
      settingsText({ t4: { host: 'test-sshd', localForward, dynamicForward: 0 } }),
    );
    const { 'sshTunnels.autoStart': _on, ...userSettings } = project.userSettings;
    const { page } = later(
      await openEditorWindow({
        folder: project.folder,
        userSettings: { ...userSettings, 'sshTunnels.tunnels': tunnels },
        server: { extensionPath: extension.path, language: pseudoLanguage },
      }),
    );
    const names = [
      ...verbatim,
      'test-sshd',
      project.sshd.user,
      'localhost',
      /\bSOCKS\d?\b/g,
      / \(Ctrl\+C\)$|, Control\+C$/g,
      hostname(),
      /sshTunnels\.tunnels|localforward/gi,
      // The file of the key that has signed in.
      /(?<=Ķéý )client\b/g,
      // What protects a connection, in its details.
      /\b((sntrup761|mlkem768)x25519-sha\d+|ssh-ed25519|aes\d+-gcm@openssh\.com)\b|\bSHA256:\S+|\/\S+\/known_hosts\b/g,
    ];
    const english: string[] = [];
    const look = async (what: string, elements: Locator): Promise<void> => {
      const texts = await textsOf(elements);
      assert.ok(
        texts.some((text) => text.includes('[')),
        `nothing is translated: ${texts.join(' | ')}`,
      );
      english.push(
        ...texts
          .filter((text) => !editorsOwn.test(text) && englishWords(text, names).length > 0)
          .map((text) => `${what}: ${text}`),
      );
    };

    await step('the view', async () => {
      await page
        .locator('.activitybar .action-item', {
          has: page.locator(`[aria-label^="${pseudo('SSH Tunnels')}"]`),
        })
        .first()
        .click();
      await row(page, 't1')
        .filter({ hasText: pseudo('up') })
        .waitFor();
      await row(page, 't2').first().waitFor();
      await look('rows', page.locator('.sidebar [role="treeitem"]'));
      await look('the title', page.locator('.sidebar .composite.title'));
    });
    await step('the tooltip of a row', async () => {
      // Not t2: its countdown redraws the row, which closes the tooltip.
      const tooltip = page.locator('.monaco-hover').filter({ hasText: 'test-sshd' });
      await eventually('the tooltip is shown', async () => {
        await page.mouse.move(0, 0);
        await row(page, 't1').first().hover();
        return tooltip
          .first()
          .waitFor({ timeout: 5000 })
          .then(
            () => true,
            () => false,
          );
      });
      await look('the tooltip', tooltip);
      await page.mouse.move(0, 0);
    });
    await step('the status bar', async () => {
      await look('items', page.locator('.statusbar-item[id^="ssh-tunnels"]'));
    });
    await step('the commands', async () => {
      await page.keyboard.press('F1');
      await box(page)
        .locator('input')
        .first()
        .fill(`>${pseudo('SSH Tunnels')}`);
      await box(page).locator('[role="option"]').nth(5).waitFor();
      await look('the palette', box(page).locator('[role="option"]'));
      await page.keyboard.press('Escape');
    });
    await step('a question', async () => {
      await press(row(page, 't4').first(), pseudo('Allow…'));
      await dialog(page).waitFor();
      await look('the dialog', dialog(page));
      await page.keyboard.press('Escape');
    });
    await step('the details', async () => {
      await runCommand(page, pseudo('Show Details'));
      await box(page).locator('[role="option"]').first().waitFor();
      await look('the list of tunnels', box(page));
      await box(page).locator('[role="option"]').filter({ hasText: 't1' }).first().click();
      await details(page).locator('section').first().waitFor();
      await look('the page', details(page).locator('body'));
    });
    await step('an explanation', async () => {
      // While it connects again, it has nothing to explain, and isn't in the list.
      await eventually('t2 is in the list', async () => {
        await runCommand(page, pseudo('Explain'));
        const option = box(page).locator('[role="option"]').filter({ hasText: 't2' }).first();
        const isListed = await option.click({ timeout: 3000 }).then(
          () => true,
          () => false,
        );
        if (!isListed) {
          await page.keyboard.press('Escape');
        }
        return isListed;
      });
      await details(page).getByText(`${closed}`).first().waitFor();
      await look('the page', details(page).locator('body'));
    });
    await step('nothing of it is in English', () => assert.deepEqual(english, []));
  });
});

/** The parts of a DOM element that are used here: the tests are compiled without the DOM's types. */
interface PageElement {
  readonly childNodes: Iterable<{ readonly nodeType: number; readonly textContent: string }>;
  querySelectorAll(selector: string): Iterable<PageElement>;
  closest(selector: string): PageElement | null;
  getAttribute(name: string): string | null;
}

/** What is seen, and what a screen reader says. Commands to copy are the same in every language. */
async function textsOf(elements: Locator): Promise<readonly string[]> {
  await elements.first().waitFor();
  const texts = await elements.evaluateAll((all: readonly PageElement[]): readonly string[] =>
    all
      .flatMap((each) => [each, ...each.querySelectorAll('*')])
      .filter((each) => each.closest('code, pre, script, style') === null)
      .flatMap((each) => [
        ...[...each.childNodes].map((child) => (child.nodeType === 3 ? child.textContent : '')),
        each.getAttribute('aria-label') ?? '',
        each.getAttribute('title') ?? '',
      ]),
  );
  return [...new Set(texts.map((text) => text.trim()))].filter((text) => text !== '');
}
