// The error of a port that can't be opened, by the error code of the system.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { explainListen } from '../../../../src/tunnels/forwards/local/listen';
import { messageOf } from '../../../support/errorWords';

describe('a port that cannot be opened', () => {
  const rows: readonly (readonly [code: string | undefined, says: string, message: RegExp])[] = [
    ['EADDRNOTAVAIL', 'AddressNotAvailable', /^192\.0\.2\.1 is not an address of this machine/],
    ['EACCES', 'PortPermissionDenied', /192\.0\.2\.1:5432/],
    ['EMFILE', 'AddressNotAvailable', /^Port 5432 .* too many files and connections are open\.$/],
    ['ENFILE', 'AddressNotAvailable', /too many files and connections/],
    ['ENOBUFS', 'AddressNotAvailable', /\(system error ENOBUFS\)\.$/],
    [undefined, 'AddressNotAvailable', /^Port 5432 .* can't be opened/],
  ];
  for (const [code, says, message] of rows) {
    it(`is reported as ${says} for ${code ?? 'an error without a code'}`, async () => {
      const error = await explainListen(code, { host: '192.0.2.1', port: 5432 });
      assert.equal(error.code, says);
      assert.match(messageOf(error), message);
    });
  }
});
