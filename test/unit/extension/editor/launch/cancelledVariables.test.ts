// What is not launched because a variable of it was cancelled.
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
    return variables.wereWantedBy(configuration);
  };

  it('was wanted by what still has it as it is written', () => {
    assert.equal(wanted(lacking), true);
    assert.equal(wanted({ port: '${command:sshTunnels.getLocalPort}' }), true);
  });
  it('was not wanted by what has all it needs, nor by what lacks something else', () => {
    assert.equal(wanted({ port: 5432, text: '$' }), false);
    assert.equal(wanted(lacking, false), false);
  });
  it('is forgotten with the launch', () => {
    const variables = new CancelledVariables();
    variables.add();
    variables.wereWantedBy(lacking);
    assert.equal(variables.wereWantedBy(lacking), false);
  });
});
