/** `node test/simulator/main.ts`; see index.ts for the second file. */
import './main.mts';
