// What the variables of a launch configuration do to it: ports become numbers, and a cancelled variable stops the
// launch that needs it, and no other.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type * as launch from '../../../../../src/extension/editor/launch/variables';
import { withFakeVscode } from '../../../../support/fakeVscode';

let module: typeof launch;

async function load(): Promise<void> {
  module = await withFakeVscode(() => import('../../../../../src/extension/editor/launch/variables'));
}

describe('a cancelled variable', () => {
  before(load);

  const lacking = { connect: { port: '${input:db}' } };
  const wanted = (configuration: object, isCancelled = true): boolean => {
    const variables = new module.CancelledVariables();
    if (isCancelled) {
      variables.add();
    }
    return variables.wereUsedBy(configuration);
  };

  it('stops a launch that still has a variable unresolved', () => {
    assert.equal(wanted(lacking), true);
    assert.equal(wanted({ port: '${command:sshTunnels.getLocalPort}' }), true);
  });
  it('does not stop a launch with all variables resolved, nor any when none was cancelled', () => {
    assert.equal(wanted({ port: 5432, text: '$' }), false);
    assert.equal(wanted(lacking, false), false);
  });
  it('stops one launch only', () => {
    const variables = new module.CancelledVariables();
    variables.add();
    variables.wereUsedBy(lacking);
    assert.equal(variables.wereUsedBy(lacking), false);
  });
});

describe('ports that variables put into a launch configuration', () => {
  before(load);

  it('become numbers at "port" and "connect.port", and stay text elsewhere', () => {
    const ports = new module.GivenPorts();
    ports.add('5432');
    const given = {
      name: '5432',
      port: '5432',
      other: '5432',
      connect: { host: 'h', port: '5432' },
      list: [{ port: '5432' }],
      env: { port: '5432' },
      others: { port: '5433' },
    };
    assert.deepEqual(ports.asNumbers(given), {
      ...given,
      port: 5432,
      connect: { host: 'h', port: 5432 },
    });
  });
});
