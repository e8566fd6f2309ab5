import {
	readAskedParameters,
	readModel,
	readNames,
	readOutputOptions,
} from '../../../../nodes/platform/n8n/parameters';
import { readRunSettings } from '../../../../nodes/platform/n8n/runSettings';
import { fakeN8n } from '../../fixtures/fakeN8n.mts';

const FIELDS = { prompt: 'x', quality: 'low', size: '1024x1024', count: 1, options: {} };
const context = (parameters: Record<string, unknown>) =>
	fakeN8n({ parameters: { ...FIELDS, ...parameters } }).context;

describe('fields as the user filled them in', () => {
	it('take numbers that an expression or a table gave as text', () => {
		const asked = readAskedParameters(
			context({
				count: ' 3 ',
				size: 'custom',
				width: '2048',
				height: '1152',
				options: { outputCompression: '80' },
			}),
			0,
		);

		expect(asked).toMatchObject({ count: 3, width: 2048, height: 1152, outputCompression: 80 });
	});

	it.each(['two', '', ' ', '3px'])('leave %j as it is, for the check to show', (count) => {
		expect(readAskedParameters(context({ count }), 0).count).toBe(count);
	});

	it('take a number where a text is meant', () => {
		expect(
			readAskedParameters(context({ prompt: 1984, options: { safetyIdentifier: 7 } }), 0),
		).toMatchObject({ prompt: '1984', safetyIdentifier: '7' });
	});

	it('have no width and height unless the size is custom', () => {
		expect(readAskedParameters(context({ width: 5, height: 5 }), 0)).not.toHaveProperty('width');
	});
});

describe('the model', () => {
	it.each([
		[{ mode: 'list', value: 'draft' }, 'draft'],
		[{ mode: 'id', value: ' gpt-image-2 ' }, 'gpt-image-2'],
		['gpt-image-2', 'gpt-image-2'],
		[{ mode: 'id', value: '' }, ''],
		[{ mode: 'id', value: null }, ''],
	])('%j is %j', (model, id) => {
		expect(readModel(context({ model }), 0)).toBe(id);
	});
});

describe('the output options', () => {
	it('have defaults, also for what was emptied', () => {
		const defaults = {
			field: 'data',
			fileName: '',
			draftField: '',
			includeInputFields: true,
			linkHours: null,
		};

		expect(readOutputOptions(context({ options: { includeInputFields: undefined } }), 0)).toEqual(
			defaults,
		);
		expect(
			readOutputOptions(
				context({ options: { outputBinaryField: ' ', fileName: null, includeInputFields: null } }),
				0,
			),
		).toEqual(defaults);
	});

	it('bring the row along for nothing but a clear yes', () => {
		const brought = [true, false, 'yes', 1].map(
			(includeInputFields) =>
				readOutputOptions(context({ options: { includeInputFields } }), 0).includeInputFields,
		);

		expect(brought).toEqual([true, false, false, false]);
	});
});

describe('the run settings', () => {
	it.each([
		[{}, { maxConcurrency: null, maxAttempts: 4, timeoutMs: 600_000 }],
		[
			{ maxConcurrency: 2, maxAttempts: 1, timeoutSeconds: 20 },
			{ maxConcurrency: 2, maxAttempts: 1, timeoutMs: 20_000 },
		],
		[
			{ maxConcurrency: 0, maxAttempts: -1, timeoutSeconds: 0 },
			{ maxConcurrency: null, maxAttempts: 1, timeoutMs: 1000 },
		],
		[
			{ maxConcurrency: '3', maxAttempts: 2.9 },
			{ maxConcurrency: 3, maxAttempts: 2, timeoutMs: 600_000 },
		],
		[
			{ maxConcurrency: 'many', maxAttempts: Number.NaN, timeoutSeconds: null },
			{ maxConcurrency: null, maxAttempts: 4, timeoutMs: 600_000 },
		],
		[{ maxConcurrency: -3 }, { maxConcurrency: null, maxAttempts: 4, timeoutMs: 600_000 }],
		[{ maxConcurrency: '' }, { maxConcurrency: null, maxAttempts: 4, timeoutMs: 600_000 }],
		[{ maxConcurrency: 0.4 }, { maxConcurrency: 1, maxAttempts: 4, timeoutMs: 600_000 }],
		[{ maxConcurrency: 1e9 }, { maxConcurrency: 900, maxAttempts: 4, timeoutMs: 600_000 }],
	])('%j are %j', (run, settings) => {
		expect(readRunSettings(context({ run }))).toEqual({
			imagesPerMinute: null,
			maxWaitMs: 3_600_000,
			budget: null,
			budgetSession: null,
			...settings,
		});
	});
});

describe('names in a list', () => {
	it.each([
		['data', ['data']],
		[' data , logo,,photo ', ['data', 'logo', 'photo']],
		['', []],
		[' , ', []],
		[undefined, []],
		[null, []],
		[7, ['7']],
	])('%j are %j', (value, names) => {
		expect(readNames(value)).toEqual(names);
	});

	it.each([
		[
			{ imagesPerMinute: 5, maxWaitMinutes: 1.5 },
			{ imagesPerMinute: 5, maxWaitMs: 90_000 },
		],
		[{ imagesPerMinute: '250' }, { imagesPerMinute: 250, maxWaitMs: 3_600_000 }],
		[{ imagesPerMinute: -1 }, { imagesPerMinute: null, maxWaitMs: 3_600_000 }],
	])('for the rate limit: %j are %j', (run, settings) => {
		expect(readRunSettings(context({ run }))).toMatchObject(settings);
	});
});

describe('a budget', () => {
	const read = (budgetUsd: unknown, typed: unknown = budgetUsd) => {
		const { context: n8n } = fakeN8n({
			parameters: { ...FIELDS, run: { budgetUsd } },
			editorParameters: { run: { budgetUsd: typed } } as never,
		});
		return readRunSettings(n8n).budget;
	};

	it.each([
		[undefined, null],
		[null, null],
		['', null],
		[0, 0n],
		['0', 0n],
		[0.25, 250_000_000_000n],
		['1.5', 1_500_000_000_000n],
		[0.000001, 1_000_000n],
		// What is left of a sum may be less than nothing.
		[-0.01, 0n],
	])('of %j is %s', (budgetUsd, budget) => {
		expect(read(budgetUsd)).toBe(budget);
	});

	it.each([undefined, null, ''])(
		'from an expression that gives %j is refused, because it was meant as a limit',
		(given) => {
			expect(() => read(given, '={{ $json.budget }}')).toThrow(
				"'Budget (USD)' is an expression that returns nothing. It must be an amount from 0 to 1,000,000, or left empty for no limit.",
			);
		},
	);

	it.each(['a lot', false, true, [], {}, Number.NaN, Infinity, 1e300])(
		'of %j is refused in words',
		(given) => {
			expect(() => read(given, '={{ $json.budget }}')).toThrow(
				/^'Budget \(USD\)' is .+ It must be an amount from 0/,
			);
		},
	);
});

describe('the longest wait', () => {
	it.each([0, -1, 'long'])('of %j is refused', (maxWaitMinutes) => {
		expect(() => readRunSettings(context({ run: { maxWaitMinutes } }))).toThrow(
			/^'Max Wait \(Minutes\)' is .+ It must be a number above 0\./,
		);
	});
});

describe('a timeout', () => {
	it('of longer than a day is refused, because nothing would be waited for', () => {
		expect(() => readRunSettings(context({ run: { timeoutSeconds: 9_999_999 } }))).toThrow(
			"'Timeout (Seconds)' is '9999999'. It must be from 1 to 86,400, which is a day.",
		);
	});
});
