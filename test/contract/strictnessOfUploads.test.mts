import type { Simulator } from '../simulator/index.mts';
import { formOf, send, start } from './support.mts';
import type { Part } from './support.mts';

type Expected = Record<string, unknown>;

let simulator: Simulator;
beforeAll(async () => {
	simulator = await start();
});
afterAll(() => simulator.close());

test.each<[string, Part[], Expected]>([
	['no file', [['purpose', 'vision']], { code: 'missing_required_parameter', param: 'file' }],
	[
		'no purpose',
		[['file', { bytes: Buffer.from('x'), type: 'text/plain' }]],
		{ code: 'missing_required_parameter', param: 'purpose' },
	],
	[
		'an unknown purpose',
		[
			['file', { bytes: Buffer.from('x'), type: 'text/plain' }],
			['purpose', 'fun'],
		],
		{ code: 'invalid_value', param: 'purpose' },
	],
	[
		'two files',
		[
			['file', { bytes: Buffer.from('x'), type: 'text/plain' }],
			['file', { bytes: Buffer.from('y'), type: 'text/plain' }],
			['purpose', 'vision'],
		],
		{ code: 'duplicate_parameter', param: 'file' },
	],
	[
		'an expiry of a minute',
		[
			['file', { bytes: Buffer.from('x'), type: 'text/plain' }],
			['purpose', 'vision'],
			['expires_after[anchor]', 'created_at'],
			['expires_after[seconds]', '60'],
		],
		{ code: 'integer_below_min_value', param: 'expires_after.seconds' },
	],
])('an upload with %s is refused', async (_name, parts, expected) => {
	const { status, error } = await send(simulator, '/files', {
		method: 'POST',
		body: formOf(parts),
	});
	expect(status).toBe(400);
	expect(error).toMatchObject(expected);
});
