// The suite of servers that others wrote, with paramiko.
import { paramiko } from '../support/servers/scriptServer';
import { serverSuite } from './serverSuite';

serverSuite(paramiko);
