import {
	accountWords,
	BatchAccount,
	unnamedFile,
	type FileState,
	type LineFacts,
} from '../../../../nodes/core/batch/account';
import { batchOf } from '../../fixtures/batchOnServer.mts';

const IMAGE: LineFacts = { hasImages: true, saysSuccess: true, billed: 'yes' };
const NO_IMAGE: LineFacts = { hasImages: false, saysSuccess: true, billed: 'yes' };
const REFUSED: LineFacts = { hasImages: false, saysSuccess: false, billed: 'no' };

interface Told {
	status?: string;
	counts: [total: number, completed: number, failed: number];
	ids?: string[];
	lines?: Array<[string, LineFacts]>;
	files?: [output: FileState, errors: FileState];
	damaged?: number;
	requestCount?: number;
}

function accountOf({
	status = 'completed',
	counts: [total, completed, failed],
	ids = [],
	lines = [],
	files = ['whole', 'whole'],
	damaged = 0,
	requestCount,
}: Told): BatchAccount {
	const metadata: Record<string, string> =
		requestCount === undefined
			? {}
			: { created_by: 'n8n-nodes-gpt-image', request_count: String(requestCount) };
	const account = new BatchAccount(
		batchOf({ status, counts: { total, completed, failed }, metadata }),
		ids,
	);
	for (const [id, facts] of lines) account.add(id, facts);
	[account.files.output, account.files.errors] = files;
	account.damaged = damaged;
	return account;
}

describe('the account of a batch', () => {
	const ids = ['a', 'b', 'c'];
	const twoOfThree: Array<[string, LineFacts]> = [
		['a', IMAGE],
		['b', REFUSED],
	];

	it('is settled when each request is delivered or has failed', () => {
		const account = accountOf({ counts: [3, 2, 1], ids, lines: [...twoOfThree, ['c', NO_IMAGE]] });

		expect(account.sums).toEqual({
			total: 3,
			delivered: 1,
			failed: { yes: 1, no: 1, unknown: 0 },
			notReady: 0,
			unknown: 0,
		});
		expect(account.isSettled).toBe(true);
		expect(accountWords({ id: 'batch_1' }, account)).toBeNull();
	});

	it.each<[string, Omit<Told, 'ids' | 'lines'>, object]>([
		[
			'an expired one that was never worked on',
			{ status: 'expired', counts: [3, 1, 1] },
			{ is: 'failed', billed: 'no' },
		],
		[
			'a cancelled one that was never worked on',
			{ status: 'cancelled', counts: [3, 1, 1] },
			{ is: 'failed', billed: 'no' },
		],
		[
			'one that is counted as done, but not in the file',
			{ status: 'expired', counts: [3, 2, 1] },
			{ is: 'unknown' },
		],
		[
			'one that is counted as failed, but not in the file',
			{ status: 'expired', counts: [3, 1, 2] },
			{ is: 'unknown' },
		],
		['one that a completed batch says nothing of', { counts: [3, 1, 1] }, { is: 'unknown' }],
		[
			'one that a damaged line may be',
			{ status: 'expired', counts: [3, 1, 1], damaged: 1 },
			{ is: 'unknown' },
		],
		[
			'one of a file that broke off',
			{ status: 'expired', counts: [3, 1, 1], files: ['cut', 'whole'] },
			{ is: 'unknown' },
		],
		[
			'one of a file that is gone',
			{ status: 'expired', counts: [3, 1, 1], files: ['whole', 'gone'] },
			{ is: 'unknown' },
		],
		[
			'one of a file that may come',
			{ status: 'expired', counts: [3, 1, 1], files: ['whole', 'notReady'] },
			{ is: 'notReady' },
		],
	])('tells what stands in no file: %s', (_, told, state) => {
		const account = accountOf({ ...told, ids, lines: twoOfThree });

		expect(account.stateOf('c')).toEqual(state);
		expect(account.isSettled).toBe('billed' in state);
	});

	it('of a batch that was refused: nothing was billed, whatever is known of its requests', () => {
		const named = accountOf({
			status: 'failed',
			counts: [0, 0, 0],
			ids,
			files: ['absent', 'absent'],
		});
		const nameless = accountOf({
			status: 'failed',
			counts: [0, 0, 0],
			files: ['absent', 'absent'],
			requestCount: 5,
		});

		expect(named.sums).toMatchObject({ total: 3, failed: { no: 3 } });
		expect(nameless.sums).toMatchObject({ total: 5, failed: { no: 5 } });
		expect(nameless.nameless).toBe(5);
	});

	it('counts requests that nobody can name', () => {
		const account = accountOf({ counts: [5, 2, 0], lines: [['a', IMAGE]] });

		expect(account.nameless).toBe(4);
		expect(account.sums).toMatchObject({ total: 5, delivered: 1, unknown: 4 });
	});

	it('is not settled by lines of requests that the batch does not have, nor by a batch that counts nothing', () => {
		expect(
			accountOf({
				counts: [1, 1, 0],
				lines: [
					['a', IMAGE],
					['x', IMAGE],
				],
			}).isSettled,
		).toBe(false);
		expect(accountOf({ counts: [0, 0, 0] }).isSettled).toBe(false);
	});

	it('takes the first of two lines, but what was made before a failure', () => {
		const account = accountOf({ counts: [1, 1, 0], ids: ['a'] });

		expect([
			account.add('a', REFUSED),
			account.add('a', REFUSED),
			account.add('a', NO_IMAGE),
			account.add('a', IMAGE),
			account.add('a', IMAGE),
		]).toEqual([true, false, true, true, false]);
		expect([...account.doubled]).toEqual(['a']);
		expect(account.sums).toMatchObject({ total: 1, delivered: 1 });
	});

	it('says in words what it lacks', () => {
		expect(
			accountWords(
				{ id: 'batch_1' },
				accountOf({ counts: [3, 1, 1], ids, lines: twoOfThree, damaged: 2 }),
			),
		).toBe(
			'Requests of batch_1: 3, of which 1 delivered, 1 failed, 1 without a result. Unreadable lines: 2. Requests without a result may have been made and billed, so collect again before you submit them again.',
		);
		expect(
			accountWords(
				{ id: 'batch_1' },
				accountOf({ counts: [3, 1, 2], ids, lines: twoOfThree, files: ['whole', 'notReady'] }),
			),
		).toBe(
			'Requests of batch_1: 3, of which 1 delivered, 1 failed, 1 not available yet. Collect again later.',
		);
	});
});

describe('a file that the batch does not name', () => {
	it.each<[number, boolean, FileState]>([
		[0, true, 'absent'],
		[0, false, 'absent'],
		[2, true, 'notReady'],
		[2, false, 'gone'],
	])('%i results, may come: %s', (counted, mayCome, state) => {
		expect(unnamedFile(counted, mayCome)).toBe(state);
	});
});
