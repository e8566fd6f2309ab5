import type { Lab, Measured, Order } from '../lab.mts';
import { TITLES, type Peer, type Settings } from '../peers.mts';
import { quote, table, type SummaryLine } from '../section.mts';
import { seconds } from '../statistics.mts';

/** A peer with a setting of n8n's *On Error*. */
export interface Case {
	peer: Peer;
	onError: 'Stop Workflow' | 'Continue' | null;
	run: Measured;
}

const SETTINGS: Record<'Stop Workflow' | 'Continue', Settings> = {
	'Stop Workflow': {},
	Continue: { onError: 'continueRegularOutput' },
};

/** Runs all peers, those in n8n with both settings of *On Error*. @param order is asked anew before each */
export async function runCases(
	lab: Lab,
	order: (onError: Case['onError']) => Omit<Order, 'peer' | 'settings'>,
): Promise<Case[]> {
	const cases: Case[] = [];
	for (const onError of ['Stop Workflow', 'Continue'] as const) {
		for (const peer of ['ours', 'builtIn', 'http'] as const) {
			cases.push({
				peer,
				onError,
				run: await lab.measure({ ...order(onError), peer, settings: SETTINGS[onError] }),
			});
		}
	}
	cases.push({
		peer: 'fetch',
		onError: null,
		run: await lab.measure({ ...order(null), peer: 'fetch' }),
	});
	return cases;
}

/** What was asked for, came, and got lost: one row a case. */
export function casesTable(cases: Case[]): string {
	const head = [
		'',
		'On Error',
		'delivered',
		'billed',
		'billed, not delivered',
		'refused by the limit',
		'node time',
	];
	const rows = cases.map(({ peer, onError, run }) => [
		TITLES[peer],
		onError ?? '–',
		`${run.delivered} of ${run.asked}`,
		String(run.billed),
		String(run.lost),
		`${run.refused} of ${run.requests} requests`,
		seconds(run.ms),
	]);
	return table(head, rows);
}

/** The first error that somebody reads, as a list. */
export function seenList(cases: Case[]): string {
	const lines = cases.map(
		({ peer, onError, run }) =>
			`- ${TITLES[peer]}${onError ? `, *${onError}*` : ''}: ${quote(run.sees)}`,
	);
	return ['What the user reads first:', '', ...lines].join('\n');
}

/** A line of the first table. */
export function summaryLine(what: string, cases: Case[], onError: Case['onError']): SummaryLine {
	const shown = cases.filter((entry) => entry.onError === onError || entry.onError === null);
	const text = ({ delivered, lost }: Measured): string => `${delivered} / ${lost}`;
	return {
		what: `${what}: delivered / billed, not delivered`,
		cells: Object.fromEntries(shown.map(({ peer, run }) => [peer, text(run)])),
	};
}
