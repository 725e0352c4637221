import { openLocalMachine } from '../../src-main/machines/local/local-machine.ts';
import { describeMachine } from './machine-suite.ts';

describeMachine('this computer', async () => openLocalMachine({ name: 'client' }));
