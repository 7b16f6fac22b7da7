// The server suite with AsyncSSH.
import { asyncssh } from '../support/servers/scriptServer';
import { serverSuite } from './serverSuite';

const ignoreInRekey = {
  because:
    'it sends SSH_MSG_IGNORE while keys are renewed, which is forbidden in the first key exchange only',
  failsWith: /Received unexpected packet type 2/,
};

serverSuite(asyncssh, {
  'a session: survives a rekey by the server while idle': ignoreInRekey,
  'a session: survives rekeys by the server during a transfer': ignoreInRekey,
});
