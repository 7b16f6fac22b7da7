// The suite of servers that others wrote, with OpenSSH's own: a row that fails here is wrong itself.
import { openssh } from '../support/servers/opensshServer';
import { serverSuite } from './serverSuite';

serverSuite(openssh);
