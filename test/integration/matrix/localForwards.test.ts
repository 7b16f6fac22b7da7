// Forwards that listen on this machine.
import { describe } from 'mocha';
import { localForwardKinds } from './forwardKinds';
import { matrix } from './matrix';

describe('forwards that listen on this machine:', () => matrix(localForwardKinds));
