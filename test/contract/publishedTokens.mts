/**
 * Published output tokens of one image. Models before gpt-image-2: table of OpenAI's "Image generation" guide.
 * gpt-image-2: readings of OpenAI's calculator. 2.5: independent price tables of third parties, which agree cell by cell.
 */
export type Cells = Record<string, Record<string, Record<string, number>>>;

const older = {
	low: { '1024x1024': 272, '1024x1536': 408, '1536x1024': 400 },
	medium: { '1024x1024': 1056, '1024x1536': 1584, '1536x1024': 1568 },
	high: { '1024x1024': 4160, '1024x1536': 6240, '1536x1024': 6208 },
};
const two = {
	low: {
		'1024x1024': 196,
		'1024x1536': 158,
		'1536x1024': 158,
		'2048x2048': 397,
		'2048x1152': 157,
		'3840x2160': 371,
		'2160x3840': 371,
	},
	medium: {
		'1024x1024': 1756,
		'1024x1536': 1372,
		'1536x1024': 1372,
		'2048x2048': 3568,
		'2048x1152': 1413,
		'3840x2160': 3336,
		'2160x3840': 3336,
	},
	high: {
		'1024x1024': 7024,
		'1024x1536': 5488,
		'1536x1024': 5488,
		'2048x2048': 14272,
		'2048x1152': 5650,
		'3840x2160': 13342,
		'2160x3840': 13342,
	},
};
const twoFive = {
	low: {
		'1024x1024': 196,
		'1024x1536': 158,
		'1536x1024': 158,
		'2048x2048': 397,
		'2048x1152': 157,
		'3840x2160': 371,
		'2160x3840': 371,
	},
	medium: {
		'1024x1024': 439,
		'1024x1536': 343,
		'1536x1024': 343,
		'2048x2048': 892,
		'2048x1152': 367,
		'3840x2160': 865,
		'2160x3840': 865,
	},
	high: {
		'1024x1024': 1756,
		'1024x1536': 1372,
		'1536x1024': 1372,
		'2048x2048': 3568,
		'2048x1152': 1413,
		'3840x2160': 3336,
		'2160x3840': 3336,
	},
	xhigh: {
		'1024x1024': 3122,
		'1024x1536': 2459,
		'1536x1024': 2459,
		'2048x2048': 6343,
		'2048x1152': 2511,
		'3840x2160': 5930,
		'2160x3840': 5930,
	},
	max: {
		'1024x1024': 7024,
		'1024x1536': 5488,
		'1536x1024': 5488,
		'2048x2048': 14272,
		'2048x1152': 5650,
		'3840x2160': 13342,
		'2160x3840': 13342,
	},
};

export const PUBLISHED_OUTPUT_TOKENS: Cells = {
	'gpt-image-1': older,
	'gpt-image-1-mini': older,
	'gpt-image-1.5': older,
	'chatgpt-image-latest': older,
	'gpt-image-2': two,
	'gpt-image-2.5-flare': twoFive,
	'gpt-image-2.5-sunburst': twoFive,
};

/** Further readings of gpt-image-2. */
export const FURTHER_READINGS: readonly [
	quality: 'low' | 'medium' | 'high',
	width: number,
	height: number,
	tokens: number,
][] = [
	['high', 1792, 1024, 5063],
	['high', 3584, 2048, 12_329],
	['low', 768, 1024, 134],
	['low', 896, 896, 180],
	['low', 960, 960, 187],
	['low', 3072, 2160, 380],
];

/** Prices of one image in USD as printed in OpenAI's guide, output only, rounded there. */
export const PRINTED_PRICES: readonly [
	model: string,
	quality: 'low' | 'medium' | 'high',
	size: string,
	usd: number,
][] = [
	['gpt-image-1', 'low', '1024x1024', 0.011],
	['gpt-image-1', 'low', '1024x1536', 0.016],
	['gpt-image-1', 'low', '1536x1024', 0.016],
	['gpt-image-1', 'medium', '1024x1024', 0.042],
	['gpt-image-1', 'medium', '1024x1536', 0.063],
	['gpt-image-1', 'medium', '1536x1024', 0.063],
	['gpt-image-1', 'high', '1024x1024', 0.167],
	['gpt-image-1', 'high', '1024x1536', 0.25],
	['gpt-image-1', 'high', '1536x1024', 0.25],
	['gpt-image-1.5', 'low', '1024x1024', 0.009],
	['gpt-image-1.5', 'low', '1024x1536', 0.013],
	['gpt-image-1.5', 'low', '1536x1024', 0.013],
	['gpt-image-1.5', 'medium', '1024x1024', 0.034],
	['gpt-image-1.5', 'medium', '1024x1536', 0.05],
	['gpt-image-1.5', 'medium', '1536x1024', 0.05],
	['gpt-image-1.5', 'high', '1024x1024', 0.133],
	['gpt-image-1.5', 'high', '1024x1536', 0.2],
	['gpt-image-1.5', 'high', '1536x1024', 0.2],
	['gpt-image-2', 'low', '1024x1024', 0.006],
	['gpt-image-2', 'low', '1024x1536', 0.005],
	['gpt-image-2', 'medium', '1024x1024', 0.053],
	['gpt-image-2', 'medium', '1024x1536', 0.041],
	['gpt-image-2', 'high', '1024x1024', 0.211],
	['gpt-image-2', 'high', '1024x1536', 0.165],
];
