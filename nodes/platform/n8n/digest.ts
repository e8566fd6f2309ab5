import { hash } from 'crypto';

/** SHA-256 in hexadecimal, in one go: tens of thousands of hash objects would stay in memory until V8 collects its whole heap. */
export const digestOf = (of: string | Buffer): string => hash('sha256', of, 'hex');

/** 72 bits of it in 12 characters: V8 cuts a longer piece out by keeping the whole text. */
export const shortDigestOf = (text: string): string =>
	hash('sha256', text, 'base64url').slice(0, 12);
