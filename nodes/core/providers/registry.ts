import { azure } from './azure';
import { compatible } from './compatible';
import { fal } from './fal';
import { lumenfall } from './lumenfall';
import { openai } from './openai';
import { openrouter } from './openrouter';
import type { Provider } from './provider';
import { vercel } from './vercel';

/** All providers of this build, in the order of the credential's list. `npm run build -- --providers …` leaves others out. */
export const PROVIDERS: readonly Provider[] = [
	openai,
	azure,
	fal,
	lumenfall,
	compatible,
	openrouter,
	vercel,
];
