import { afterAll } from 'vitest';
import { endFile } from './at-end-of-file.ts';

// a set-up file: vitest runs it anew before each test file
afterAll(endFile);
