// The text of a forward in its row, in the details and for a screen reader.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { targetRefused } from '../../../../src/tunnels/errors/forwards/target';
import type { Forward } from '../../../../src/tunnels/config/forward';
import type { ForwardSnapshot } from '../../../../src/tunnels/model/snapshot';
import {
  describeForward,
  describeRoute,
  describeTraffic,
  forwardHeading,
  forwardTitle,
  speakForward,
} from '../../../../src/views/words/forwardWords';
import { isOpenToNetwork, networkSentence, networkWordsOf } from '../../../../src/views/words/exposure';
import { error, failedForward, forward, listening, local, wide } from '../snapshots';

const web = local('8080', {
  listen: { bind: undefined, port: 8080 },
  target: { host: 'www.example.org', port: 80 },
});
const anyPort = local('0', { listen: { bind: undefined, port: 0 } });
const socket = local('/tmp/d.sock', {
  listen: { path: '/tmp/d.sock' },
  target: { path: '/var/run/docker.sock' },
});
const remote: Forward = {
  kind: 'remote',
  listen: { bind: undefined, port: 9000 },
  target: { host: 'localhost', port: 3000 },
  label: '9000',
  ifPortBusy: 'fail',
};
const exposureUnknown = forward(
  { ...remote, listen: { bind: '*', port: 9000 } },
  listening({ bound: [{ host: '*', port: 9000 }], isExposureUnknown: true }),
);
const socks: Forward = {
  kind: 'dynamic',
  listen: { bind: undefined, port: 1080 },
  label: '1080',
  ifPortBusy: 'fail',
};
const refused = targetRefused({ host: 'db.internal', port: 5432 }, { host: 'staging' });

describe('the row of a forward', () => {
  const cases: readonly [snapshot: ForwardSnapshot, title: string, words: string][] = [
    [forward(local('Database')), 'Database', '5432 → db.internal:5432'],
    [forward(local('Database'), { status: 'opening' }), 'Database', '5432 → db.internal:5432 · opening'],
    [forward(local('Database'), listening()), 'Database', '5432 → db.internal:5432'],
    [
      forward(local('Database'), listening({ connections: 2, bytesIn: 30e6, bytesOut: 4e6 })),
      'Database',
      '5432 → db.internal:5432 · 2 open · 34 MB',
    ],
    [
      forward(local('Database'), listening({ lastError: refused })),
      'Database',
      '5432 → db.internal:5432 · target refused',
    ],
    [
      forward(local('Database'), listening({ lastError: refused, connections: 1 })),
      'Database',
      '5432 → db.internal:5432 · 1 open · 0 B',
    ],
    [failedForward, 'Broken', 'port 5432 in use'],
    [forward(web), '8080', '→ www.example.org:80'],
    [forward(anyPort), 'any free port', '→ db.internal:5432'],
    [
      forward(anyPort, listening({ bound: [{ host: '127.0.0.1', port: 41_234 }] })),
      '41234',
      '→ db.internal:5432',
    ],
    [wide, 'Preview', 'open to the network · 0.0.0.0:3000 → db.internal:5432'],
    [forward(socket), '/tmp/d.sock', '→ /var/run/docker.sock'],
    [forward(remote), '9000', 'server 9000 → localhost:3000'],
    [
      forward(remote, listening({ bound: [{ host: '*', port: 9000 }] })),
      '*:9000',
      "open to the network · server *:9000 → localhost:3000 · because of the server's GatewayPorts",
    ],
    [
      exposureUnknown,
      '*:9000',
      "may be open to the network: the server doesn't say · server *:9000 → localhost:3000",
    ],
    [
      forward(
        { ...remote, listen: { bind: '*', port: 9000 } },
        listening({ bound: [{ host: 'localhost', port: 9000 }] }),
      ),
      '9000',
      "server 9000 → localhost:3000 · on the server's loopback only",
    ],
    [forward({ ...remote, target: undefined }), '9000', 'server 9000 → SOCKS proxy through this machine'],
    [forward(socks), '1080', '→ SOCKS proxy'],
  ];
  for (const [snapshot, title, words] of cases) {
    it(`says "${title}" and "${words}" when ${snapshot.state.status}`, () => {
      assert.equal(forwardTitle(snapshot), title);
      assert.equal(describeForward(snapshot), words);
    });
  }
});

describe('the heading of a forward in the details', () => {
  const cases: readonly [snapshot: ForwardSnapshot, heading: string][] = [
    [forward(local('5432')), '5432 · PostgreSQL'],
    [forward(web), '8080 · HTTP'],
    [forward(anyPort, listening({ bound: [{ host: '127.0.0.1', port: 41_234 }] })), '41234 · PostgreSQL'],
    [forward(local('5432', { protocol: 'mysql' })), '5432 · MySQL'],
    [forward(socket), '/tmp/d.sock · Docker'],
    [forward(local('Database')), 'Database'],
    [forward(local('5432', { target: { host: 'db', port: 3000 } })), '5432'],
    // For a remote forward, the service of the port on this side.
    [forward(remote), '9000'],
    [forward({ ...remote, target: { host: 'localhost', port: 9003 } }), '9000 · Xdebug'],
    [forward(socks), '1080'],
  ];
  for (const [snapshot, heading] of cases) {
    it(`is "${heading}"`, () => assert.equal(forwardHeading(snapshot), heading));
  }
});

describe('the addresses of a forward', () => {
  const cases: readonly [snapshot: ForwardSnapshot, route: string][] = [
    [forward(local('Database')), '127.0.0.1:5432 → db.internal:5432'],
    [forward(local('Database'), listening()), '127.0.0.1:5432, [::1]:5432 → db.internal:5432'],
    [wide, '0.0.0.0:3000 → db.internal:5432'],
    [forward(local('L', { listen: { bind: '', port: 1 } })), '*:1 → db.internal:5432'],
    [forward(anyPort), 'any free port → db.internal:5432'],
    [forward(socket), '/tmp/d.sock → /var/run/docker.sock'],
  ];
  for (const [snapshot, route] of cases) {
    it(`are "${route}"`, () => assert.equal(describeRoute(snapshot), route));
  }
});

describe('a forward bound to every interface', () => {
  it('is open to the network only while it listens', () => {
    assert.equal(isOpenToNetwork(wide), true);
    assert.equal(isOpenToNetwork(exposureUnknown), true);
    assert.equal(isOpenToNetwork({ ...wide, state: { status: 'closed' } }), false);
    assert.equal(isOpenToNetwork(forward(local('Database'), listening())), false);
  });
});

describe('the network exposure', () => {
  it('of a tunnel is unknown while no forward is known to be open, and open once one is', () => {
    assert.equal(networkWordsOf([forward(remote), exposureUnknown]), 'may be open to the network');
    assert.equal(networkWordsOf([exposureUnknown, wide]), 'open to the network');
    assert.equal(networkWordsOf([forward(remote, listening())]), undefined);
  });

  it('of a forward is explained in a sentence', () => {
    assert.match(networkSentence(exposureUnknown) ?? '', /^May be open .* this port on the server\.$/);
    assert.match(networkSentence(wide) ?? '', /^Open .* this port on this machine\.$/);
  });
});

describe('the traffic of a forward', () => {
  it('is shown once a byte has passed', () => {
    const state = listening({ bytesIn: 1234, bytesOut: 5 });
    assert.equal(describeTraffic(forward(local('D'), state)), '1.2 kB received, 5 B sent');
    assert.equal(describeTraffic(forward(local('D'), listening())), undefined);
    assert.equal(describeTraffic(forward(local('D'))), undefined);
  });
});

describe('the screen reader text of a forward', () => {
  const cases: readonly [snapshot: ForwardSnapshot, words: string][] = [
    [forward(local('Database')), 'Local forward Database, from 127.0.0.1:5432 to db.internal:5432. Closed.'],
    [
      forward(local('Database'), listening({ connections: 1, lastError: refused })),
      'Local forward Database, from 127.0.0.1:5432, [::1]:5432 to db.internal:5432. Listening, 1 open connection. Last error: db.internal:5432 refused the connection from staging: nothing listens there.',
    ],
    [
      wide,
      'Local forward Preview, from 0.0.0.0:3000 to db.internal:5432. Listening, no open connections. Open to the network.',
    ],
    [
      exposureUnknown,
      "Remote forward *:9000, from server *:9000 to localhost:3000. Listening, no open connections. May be open to the network: the server doesn't say.",
    ],
    [
      failedForward,
      'Local forward Broken, from 127.0.0.1:5432 to db.internal:5432. Failed: Port 5432 on this machine is used by another program. Pick another local port, or stop that program.',
    ],
    [
      forward(local('Web'), listening({ lastError: error('localhost:9 refused it') })),
      'Local forward Web, from 127.0.0.1:5432, [::1]:5432 to db.internal:5432. Listening, no open connections. Last error: localhost:9 refused it.',
    ],
    [forward(socks), 'SOCKS proxy 1080, on 127.0.0.1:1080. Closed.'],
    [
      forward(local('5432')),
      'Local forward 5432, PostgreSQL, from 127.0.0.1:5432 to db.internal:5432. Closed.',
    ],
  ];
  for (const [snapshot, words] of cases) {
    it(`is "${words}"`, () => assert.equal(speakForward(snapshot), words));
  }
});
