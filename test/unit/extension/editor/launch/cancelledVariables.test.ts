// A cancelled variable stops the launch that needs it, and no other launch.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CancelledVariables } from '../../../../../src/extension/editor/launch/cancelledVariables';

describe('a cancelled variable', () => {
  const lacking = { connect: { port: '${input:db}' } };
  const wanted = (configuration: object, isCancelled = true): boolean => {
    const variables = new CancelledVariables();
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
    const variables = new CancelledVariables();
    variables.add();
    variables.wereUsedBy(lacking);
    assert.equal(variables.wereUsedBy(lacking), false);
  });
});
