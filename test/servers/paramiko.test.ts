// The server suite with paramiko.
import { paramiko } from '../support/servers/scriptServer';
import { serverSuite } from './serverSuite';

serverSuite(paramiko);
