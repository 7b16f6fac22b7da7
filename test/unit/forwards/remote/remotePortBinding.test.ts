// Where a remote forward listens, by the results of probing its addresses on the server.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ProbeResult } from '../../../../src/tunnels/forwards/remote/listenerProbe';
import {
  boundListener,
  addressesToProbe,
  takenByAnother,
} from '../../../../src/tunnels/forwards/remote/boundAddress';
import type { TcpListen } from '../../../../src/tunnels/config/forward';

/** Results at 127.0.0.1, at ::1, and at an address that only a wide listener has; or at a single requested address. */
type At = readonly [four: ProbeResult, six: ProbeResult, far?: ProbeResult] | readonly [far: ProbeResult];

interface Row {
  readonly bind: string | undefined;
  /** The address that the server reports, as far as known. */
  readonly granted: string;
  readonly at: At;
  /** The expected result: where it listens, or where another program has the port. */
  readonly then: string;
}

const port = 9000;

describe('a port of the server', () => {
  const us = 'us';
  const rows: readonly Row[] = [
    { bind: undefined, granted: 'localhost', at: [us, us], then: 'localhost' },
    { bind: undefined, granted: 'localhost', at: ['another', us], then: 'another at 127.0.0.1' },
    { bind: undefined, granted: 'localhost', at: [us, 'another'], then: 'another at ::1' },
    { bind: undefined, granted: 'localhost', at: ['nothing', us], then: 'only ::1' },
    { bind: undefined, granted: 'localhost', at: [us, 'nothing'], then: 'only 127.0.0.1' },
    // A server whose connections lead elsewhere than its listeners.
    { bind: undefined, granted: 'localhost', at: ['another', 'another'], then: 'localhost' },
    { bind: undefined, granted: 'localhost', at: ['another', 'unknown'], then: 'localhost' },
    { bind: undefined, granted: 'localhost', at: ['unknown', us], then: 'localhost' },
    // A server that confirms channels before it connects, and listens on one address.
    { bind: undefined, granted: 'localhost', at: [us, 'unknown'], then: 'localhost' },
    { bind: undefined, granted: 'localhost', at: ['denied', 'denied'], then: 'localhost' },
    { bind: undefined, granted: '*', at: [us, us], then: '*' },
    { bind: undefined, granted: '*', at: ['another', us], then: 'another at 127.0.0.1' },
    { bind: '127.0.0.1', granted: '*', at: ['another', us], then: 'another at 127.0.0.1' },
    { bind: '127.0.0.1', granted: '*', at: [us, 'another'], then: '*' },
    { bind: '*', granted: '*', at: [us, us, us], then: '*' },
    { bind: '*', granted: '*', at: [us, us, 'nothing'], then: 'localhost' },
    // With IPv6 alone, as by AddressFamily of the server: all of its addresses, or ::1.
    { bind: '*', granted: '*', at: ['nothing', us, 'nothing'], then: 'perhaps *' },
    { bind: '::', granted: '::', at: ['nothing', us, 'nothing'], then: 'perhaps ::' },
    { bind: '::', granted: '::', at: [us, us, 'nothing'], then: 'localhost' },
    { bind: '*', granted: '*', at: ['nothing', us, us], then: '*' },
    { bind: '*', granted: '*', at: ['unknown', 'unknown', 'unknown'], then: 'perhaps *' },
    { bind: '*', granted: '*', at: [us, us, 'another'], then: 'perhaps *' },
    { bind: '192.0.2.1', granted: '192.0.2.1', at: ['unknown'], then: 'perhaps 192.0.2.1' },
    { bind: '127.0.0.2', granted: '127.0.0.2', at: ['unknown'], then: '127.0.0.2' },
    { bind: '0.0.0.0', granted: '0.0.0.0', at: [us, 'another', us], then: '0.0.0.0' },
    { bind: '0.0.0.0', granted: '0.0.0.0', at: ['another', us, 'nothing'], then: 'another at 127.0.0.1' },
    { bind: '::', granted: '::', at: ['another', us, us], then: '::' },
    { bind: '192.0.2.1', granted: '192.0.2.1', at: [us], then: '192.0.2.1' },
    { bind: '192.0.2.1', granted: '192.0.2.1', at: ['nothing'], then: 'localhost' },
    { bind: '127.0.0.2', granted: '127.0.0.2', at: ['nothing'], then: 'localhost' },
  ];
  const inWords: Readonly<Record<ProbeResult, string>> = {
    us: 'our forward',
    another: 'another program',
    nothing: 'nothing',
    denied: 'a probe that is denied',
    unknown: 'an unknown answer',
  };
  for (const row of rows) {
    const { bind, granted, at, then } = row;
    const addresses = at.length === 1 ? [granted] : ['127.0.0.1', '::1', 'a wider address'];
    const found = at
      .map((reach, index) => `${inWords[reach ?? 'unknown']} at ${addresses[index] ?? ''}`)
      .join(', ');
    const requested = bind === undefined ? 'without an address' : `at ${bind}`;
    it(`requested ${requested} and granted at ${granted}, with ${found}, is reported as "${then}"`, () => {
      assert.equal(judge({ bind, port }, granted, at), then);
    });
  }

  it('is not probed when granted at exactly the one address that was requested', () => {
    assert.deepEqual(addressesToProbe({ bind: '127.0.0.1', port }, { host: '127.0.0.1', port }), []);
  });
});

function judge(listen: TcpListen, granted: string, at: At): string {
  const bound = { host: granted, port };
  const places = addressesToProbe(listen, bound);
  assert.equal(places.length, at.length, JSON.stringify(places));
  const found = new Map(places.map(({ host }, index) => [host, at[index] ?? 'unknown']));
  const another = takenByAnother(listen, found);
  if (another !== undefined) {
    return `another at ${another}`;
  }
  const place = boundListener(listen, bound, found);
  return `${place.isPartial ? 'only ' : ''}${place.isExposureUnknown ? 'perhaps ' : ''}${place.bound.host}`;
}
