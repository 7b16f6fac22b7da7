// Host certificates: the scenarios of OpenSSH's regress/cert-hostkey.sh and more, each with ssh and with us.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { ssh } from '../../../support/openssh';
import { certificateCases } from './certificateCases';
import { CertifiedHosts } from './certifiedHost';
import { nameCases } from './nameCases';
import { revocationCases } from './revocationCases';

describe('host certificates, compared with ssh:', () => {
  let hosts: CertifiedHosts;
  let version = 0;
  before(async () => {
    hosts = await CertifiedHosts.make();
    const { stderr } = await ssh(['-V']);
    const [, major, minor] = /OpenSSH_(\d+)\.(\d+)/.exec(stderr) ?? [];
    version = Number(major) + Number(minor) / 100;
  });
  after(() => hosts[Symbol.asyncDispose]());

  for (const [group, cases] of Object.entries({ ...certificateCases, ...nameCases, ...revocationCases })) {
    describe(`${group}:`, () => {
      for (const each of cases) {
        it(`same result for ${each.title}`, async () => {
          const { ssh: theirs, ours } = await hosts.run(each);
          const talk = `ssh said:\n${theirs.said}\nwe said:\n${ours.said}`;
          const expected = each.outcome ?? 'connected';
          const isOlder = each.since !== undefined && version < each.since.version;
          assert.equal(theirs.verdict.outcome, isOlder ? each.since.before : expected, `ssh: ${talk}`);
          if (isOlder || each.ours) {
            assert.equal(ours.verdict.outcome, each.ours?.outcome ?? expected, `we: ${talk}`);
          } else {
            assert.deepEqual(ours.verdict, theirs.verdict, `we differ (+ us, - ssh); ${talk}`);
          }
          if (each.algorithm !== undefined) {
            assert.equal(ours.verdict.algorithm, each.algorithm, talk);
          }
          if (each.says) {
            assert.match(ours.said, each.says);
          }
        });
      }
    });
  }
});
