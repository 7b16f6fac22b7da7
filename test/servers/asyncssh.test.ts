// The server suite with AsyncSSH.
import { asyncssh } from '../support/servers/scriptServer';
import { serverSuite } from './serverSuite';

const otherWords = {
  because: 'its words for a target that refuses, "[Errno 111] Connect call failed", are not understood',
  failsWith: /TargetUnreachable|the proxy replied 4/,
};
const ignoreInRekey = {
  because:
    'it sends SSH_MSG_IGNORE while keys are renewed, which is forbidden in the first key exchange only',
  failsWith: /Received unexpected packet type 2/,
};

serverSuite(asyncssh, {
  'a local forward: reports a target that refuses, and goes on': otherWords,
  'a dynamic forward: reports a target that refuses, and goes on': otherWords,
  'a session: survives a rekey by the server while idle': ignoreInRekey,
  'a session: survives rekeys by the server during a transfer': ignoreInRekey,
  'a session: survives the rekeys of our RekeyLimit during a transfer': ignoreInRekey,
});
