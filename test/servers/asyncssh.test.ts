// The server suite with AsyncSSH.
import { asyncssh } from '../support/servers/scriptServer';
import { serverSuite } from './serverSuite';

serverSuite(asyncssh);
