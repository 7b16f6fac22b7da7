// Forwards that listen on the server.
import { describe } from 'mocha';
import { remoteForwardKinds } from './kinds';
import { forwardTests } from './forwardTests';

describe('forwards that listen on the server:', () => forwardTests(remoteForwardKinds));
