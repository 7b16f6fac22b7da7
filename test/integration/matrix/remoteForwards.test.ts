// Forwards that listen on the server.
import { describe } from 'mocha';
import { remoteForwardKinds } from './forwardKinds';
import { matrix } from './matrix';

describe('forwards that listen on the server:', () => matrix(remoteForwardKinds));
