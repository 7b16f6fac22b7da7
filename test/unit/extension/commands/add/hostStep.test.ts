// The first box of Add Tunnel…: hosts of the SSH config, typed hosts and pasted lines.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type * as hostStep from '../../../../../src/extension/commands/add/hostStep';
import { withFakeVscode } from '../../../../support/fakeVscode';

const names = [{ alias: 'web-prod', hostName: '10.0.0.5' }, { alias: 'bastion' }, { alias: 'prod' }];

describe('the host of a new tunnel', () => {
  let module: typeof hostStep;
  before(async () => {
    module = await withFakeVscode(() => import('../../../../../src/extension/commands/add/hostStep'));
  });

  const labels = (text: string): readonly string[] => module.hostItems(text, names).map(({ label }) => label);

  it('is one of the SSH config, or what is typed', () => {
    assert.deepEqual(labels(''), ['web-prod', 'bastion', 'prod']);
    assert.deepEqual(labels('prod'), ['prod', 'web-prod']);
    assert.deepEqual(labels('bas'), ['bastion', 'bas']);
    assert.deepEqual(labels('me@db:2222'), ['me@db:2222']);
    assert.deepEqual(labels('10.0.0.5'), ['10.0.0.5', 'web-prod']);
  });

  it('can be pasted as an ssh line, also one that opens no port', async () => {
    const [line] = module.hostItems('ssh -L 5432:db:5432 me@h', names);
    const taken = await line?.accept?.();
    assert.equal(taken?.kind, 'line');
    const [host] = module.hostItems('ssh -p 2222 -J gate me@h', names);
    assert.deepEqual(await host?.accept?.(), {
      kind: 'host',
      host: 'me@h:2222',
      extra: { proxyJump: 'gate' },
    });
  });

  it('gets a complaint that is a sentence, and that can\u2019t be taken', () => {
    for (const text of ['-x', 'a b', 'http://x', 'me@h:99999', 'ssh -L 5432 h']) {
      const [item] = module.hostItems(text, names);
      assert.equal(item?.accept, undefined, text);
      assert.match(item?.label ?? '', /^["A-Z].*[.)]$/, text);
    }
  });
});
