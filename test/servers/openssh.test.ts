// The server suite with OpenSSH's own server: a test that fails here is wrong itself.
import { openssh } from '../support/servers/opensshServer';
import { serverSuite } from './serverSuite';

serverSuite(openssh);
