// The server suite with Twisted Conch.
import { conch } from '../support/servers/scriptServer';
import { serverSuite } from './serverSuite';

serverSuite(conch);
