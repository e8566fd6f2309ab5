import type { OutputFormat, ProviderPages } from '../catalogue/types';
import type { KeyCheck } from './provider';

export const MODEL_LIST: KeyCheck = { path: '/models' };

export const bearer = (apiKey: string): Record<string, string> => ({
	Authorization: `Bearer ${apiKey}`,
});

export const NO_PAGES: ProviderPages = {
	keys: null,
	billing: null,
	limits: null,
	models: null,
	verification: null,
	status: null,
};

/** Of providers whose pages name no GIF and no SVG: one that left the format out would bill an image that nobody wants. */
export const RASTER: readonly OutputFormat[] = ['png', 'jpeg', 'webp'];
