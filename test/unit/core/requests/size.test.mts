import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { UNKNOWN_MODEL } from '../../../../nodes/core/catalogue/resolve';
import { resolveSize, type SizeResult } from '../../../../nodes/core/requests/size';
import { modelNamed } from '../../fixtures/models.mts';
import { MODEL_IDS, PUBLISHED_MODELS } from '../../fixtures/published.mts';

const NAMED = ['1024x1024', '1024x1536', '1536x1024', 'auto'];
const FREE = MODEL_IDS.filter((id) => PUBLISHED_MODELS[id]?.customSizes);
const FIXED = MODEL_IDS.filter((id) => !PUBLISHED_MODELS[id]?.customSizes);

const custom = (id: string, width: unknown, height: unknown): SizeResult =>
	resolveSize({ size: 'custom', width, height }, id, modelNamed(id).capabilities, CATALOGUE);
const problemOf = (result: SizeResult): string => (result.ok ? '' : result.problem.message);

/** On each side of every rule: edge step 16, longest edge 3840, ratio 3:1, 655,360 to 8,294,400 pixels. */
const INSIDE = [
	[3840, 2160],
	[2160, 3840],
	[3840, 1280],
	[1280, 3840],
	[1024, 640],
	[640, 1024],
	[1408, 480],
	[2880, 2880],
	[816, 816],
];
const OUTSIDE: Array<[number, number, string]> = [
	[1025, 1024, 'must be multiples of 16; the nearest is 1024x1024'],
	[1024, 1031, 'must be multiples of 16; the nearest is 1024x1024'],
	[1024, 1033, 'must be multiples of 16; the nearest is 1024x1040'],
	[1, 1, 'must be multiples of 16; the nearest is 16x16'],
	[3856, 2048, 'The longer edge must be at most 3840 pixels.'],
	[2048, 3856, 'The longer edge must be at most 3840 pixels.'],
	[3840, 1264, 'The longer edge must be at most 3 times the shorter one.'],
	[1264, 3840, 'The longer edge must be at most 3 times the shorter one.'],
	[1024, 624, 'is 638,976 pixels and must be from 655,360 to 8,294,400'],
	[800, 800, 'is 640,000 pixels and must be from 655,360 to 8,294,400'],
	[3840, 2176, 'is 8,355,840 pixels and must be from 655,360 to 8,294,400'],
	[0, 1024, 'must be above 0'],
	[1024, 0, 'must be above 0'],
];

describe.each(FREE)('a custom size of %s', (id) => {
	it.each(INSIDE)('may be %i x %i', (width, height) => {
		expect(custom(id, width, height)).toMatchObject({ ok: true, size: `${width}x${height}` });
	});

	it.each(OUTSIDE)('may not be %i x %i, and it is said why', (width, height, why) => {
		expect(problemOf(custom(id, width, height))).toContain(`'Size' is '${width}x${height}'.`);
		expect(problemOf(custom(id, width, height))).toContain(why);
	});

	it('is experimental above 3,686,400 pixels, not at them', () => {
		expect(custom(id, 2560, 1440)).toEqual({ ok: true, size: '2560x1440', experimental: false });
		expect(custom(id, 2560, 1456)).toEqual({ ok: true, size: '2560x1456', experimental: true });
	});
});

describe.each(FIXED)('%s', (id) => {
	it('makes its named sizes, also when they are given as width and height', () => {
		expect(custom(id, 1536, 1024)).toEqual({ ok: true, size: '1536x1024', experimental: false });
	});

	it.each([...INSIDE, [1024, 1025]])('does not make %i x %i', (width, height) => {
		expect(problemOf(custom(id, width, height))).toContain(
			`'Size' is '${width}x${height}', which ${id} can't make.`,
		);
	});
});

describe('every model', () => {
	it.each(MODEL_IDS)('makes the named sizes: %s', (id) => {
		for (const size of NAMED) {
			expect(resolveSize({ size }, id, modelNamed(id).capabilities, CATALOGUE)).toEqual({
				ok: true,
				size,
				experimental: false,
			});
		}
	});

	it('that is not known is asked for any size, and the API has the last word', () => {
		for (const size of ['1x1', '40x4000', '16384x16384']) {
			expect(resolveSize({ size }, 'gpt-image-9', UNKNOWN_MODEL, CATALOGUE)).toEqual({
				ok: true,
				size,
				experimental: false,
			});
		}
		expect(resolveSize({ size: '0x1' }, 'gpt-image-9', UNKNOWN_MODEL, CATALOGUE).ok).toBe(false);
	});

	it('takes width and height as text, too', () => {
		expect(custom('gpt-image-2', '2048', '1152')).toMatchObject({ ok: true, size: '2048x1152' });
	});
});
