// The server suite with AsyncSSH.
import { asyncssh } from '../support/servers/scriptServer';
import { serverSuite } from './serverSuite';

const otherWords = {
  because: 'its words for a target that refuses, "[Errno 111] Connect call failed", are not understood',
  failsWith: /TargetUnreachable|the proxy replied 4/,
};
serverSuite(asyncssh, {
  'a local forward: reports a target that refuses, and goes on': otherWords,
  'a dynamic forward: reports a target that refuses, and goes on': otherWords,
});
