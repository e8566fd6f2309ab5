import { hash } from 'crypto';

/** SHA-256 in hexadecimal, in one go: tens of thousands of hash objects would stay in memory until V8 collects its whole heap. */
export const digestOf = (text: string): string => hash('sha256', text, 'hex');
