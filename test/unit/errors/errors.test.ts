// The words and the explanation of every error: readable, naming what is at fault, and unchanged after it was sent as JSON.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { errorCodes, errorWords, explain, isRetryable } from '../../../src/tunnels/errors/errors';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import { english } from '../../../src/tunnels/util/l10n';
import { checkReadable } from '../../support/readableErrors';
import { samples } from './samples';
import type { Sample } from './samples';

const platforms = ['linux', 'darwin', 'win32'];
const destination = { host: 'staging', user: 'me', port: 2222 };

function samplesOf(code: TunnelError['code']): readonly Sample[] {
  return samples[code];
}

/** Marks each text, so that one that was not translated is noticed. */
const marking = { t: (...[text, args]: Parameters<typeof english.t>) => `«${english.t(text, args)}»` };

for (const code of errorCodes) {
  describe(`the error ${code}`, () => {
    for (const [error, ...named] of samplesOf(code)) {
      const { code: _code, ...facts } = error;
      const title = JSON.stringify(facts).slice(0, 160);

      it(`has a readable message and a next step: ${title}`, () => {
        checkReadable(error);
        const { message, nextStep, detail = '' } = errorWords(error, english);
        for (const name of named) {
          assert.ok(message.includes(name), `${name} is not in: ${message}`);
        }
        assert.doesNotMatch(`${message} ${nextStep} ${detail}`, /[{}]|undefined|\[object|hunter2/);
        const translated = errorWords(error, marking);
        assert.match(translated.message, /^«.*»$/s);
        assert.match(translated.nextStep, /^«.*»$/s);
      });

      it(`has an explanation on every platform: ${title}`, () => {
        for (const platform of platforms) {
          for (const circumstances of [
            { platform, destination },
            { platform, destination: undefined },
          ]) {
            const { steps, actions } = explain(error, circumstances, english);
            assert.ok(steps.length > 0 && actions.length > 0);
            for (const { text, code: command = '' } of steps) {
              assert.match(text, /^[A-Z"].*[.:]$/s, text);
              assert.doesNotMatch(`${text}\n${command}`, /\bE[A-Z]{5,}\b|undefined|\[object|hunter2/);
              assert.doesNotMatch(text, /[{}]/);
            }
            for (const { text } of explain(error, circumstances, marking).steps) {
              assert.match(text, /^«.*»$/s);
            }
          }
        }
      });

      it(`is unchanged after it was sent as JSON: ${title}`, () => {
        const received = JSON.parse(JSON.stringify(error)) as TunnelError;
        assert.deepEqual(errorWords(received, english), errorWords(error, english));
        const circumstances = { platform: 'linux', destination };
        assert.deepEqual(explain(received, circumstances, english), explain(error, circumstances, english));
      });
    }
  });
}

describe('an error that only a newer build knows', () => {
  const unknown: readonly object[] = [
    { code: 'LoginRefused', host: 'db' },
    { code: 'ConnectTimeout', during: 'breakfast', seconds: 10 },
  ];
  for (const error of unknown) {
    it(`is named by its code: ${JSON.stringify(error)}`, () => {
      const received = error as TunnelError;
      assert.match(errorWords(received, english).message, new RegExp(`the error ${received.code}\\.$`));
      assert.ok(explain(received, { platform: 'linux', destination: undefined }, english).steps.length > 0);
    });
  }
});

describe('the codes of errors', () => {
  it('that may go away by themselves are retried, and no others', () => {
    const retried = errorCodes.filter((code) => isRetryable({ code } as TunnelError));
    assert.deepEqual(
      retried.join(' '),
      'HostNotFound ConnectionRefused ConnectTimeout HostUnreachable ConnectionLost KeepAliveTimeout ServerBusy ' +
        'AgentUnavailable ProxyFailed DaemonLost AddressInUse AddressNotAvailable RemoteListenRefused',
    );
  });
});
