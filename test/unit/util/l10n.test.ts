// Texts and their placeholders, translated and not.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { deferred, english, localize, untranslated } from '../../../src/tunnels/util/l10n';
import type { Localizer } from '../../../src/tunnels/util/l10n';

/** Looks the text up, then fills it in, as `vscode.l10n` does. */
function translatedWith(texts: Readonly<Record<string, string>>): Localizer {
  return { t: (message, args) => english.t(texts[message] ?? message, args) };
}

describe('texts with placeholders', () => {
  it('are filled in by name, with words and numbers', () => {
    assert.equal(english.t('Port {port} of {host}, {port}.', { port: 22, host: 'db' }), 'Port 22 of db, 22.');
  });

  it('keep a placeholder without a value, as in the editor', () => {
    assert.equal(english.t('Port {port} of ${host}.', { host: 'db' }), 'Port {port} of $db.');
    assert.equal(english.t('Port {port}.'), 'Port {port}.');
  });

  it('show braces and dollars of a value as they are', () => {
    assert.equal(english.t('{a}, {b}', { a: '{b}', b: "$& $'" }), "{b}, $& $'");
  });

  it('are the same from the stand-in for the editor', () => {
    const { l10n }: { l10n: Localizer } = vscode;
    assert.equal(l10n.t('Port {port}.', { port: 22 }), 'Port 22.');
  });
});

describe('untranslated text', () => {
  it('is the text with its values', () => {
    assert.equal(untranslated`ssh -p ${22} "${'db'}"\n`, 'ssh -p 22 "db"\n');
  });
});

describe('a sentence as data', () => {
  const german = translatedWith({
    'Start {what} on {host}': '{what} auf {host} starten',
    'the tunnel {name}': 'den Tunnel {name}',
  });

  it('is translated where it is shown, with the sentences inside it', () => {
    const what = deferred.t('the tunnel {name}', { name: 'db' });
    const message = deferred.t('Start {what} on {host}', { what, host: 'staging' });
    assert.equal(localize(message, german), 'den Tunnel db auf staging starten');
    assert.equal(localize(message, english), 'Start the tunnel db on staging');
  });

  it('survives JSON', () => {
    const message = deferred.t('Start {what} on {host}', { what: deferred.t('all'), host: 22 });
    assert.deepEqual(JSON.parse(JSON.stringify(message)), message);
    assert.deepEqual(deferred.t('all'), { text: 'all' });
  });
});
