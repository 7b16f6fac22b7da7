// Forwards that listen on this machine.
import { describe } from 'mocha';
import { localForwardKinds } from './kinds';
import { forwardTests } from './forwardTests';

describe('forwards that listen on this machine:', () => forwardTests(localForwardKinds));
