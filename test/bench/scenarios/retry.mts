import { TITLES, type N8nPeer, type Settings } from '../peers.mts';
import { prompts, table, type Scenario, type SummaryLine } from '../section.mts';
import type { Lab, Measured } from '../lab.mts';

const IMAGES = 20;
const LATENCY_MS = 50;
const TRIES = 3;

/** Where the blocked prompt does most harm: n8n retries a node that continues only if its first item failed. */
const CASES: Array<{ title: string; blocked: number; settings: Settings }> = [
	{ title: 'Stop Workflow, the last prompt is blocked', blocked: IMAGES - 1, settings: {} },
	{
		title: 'Continue, the first prompt is blocked',
		blocked: 0,
		settings: { onError: 'continueRegularOutput' },
	},
];

const PEERS: N8nPeer[] = ['ours', 'builtIn', 'http'];

async function measure(
	lab: Lab,
	peer: N8nPeer,
	{ blocked, settings }: (typeof CASES)[number],
): Promise<Measured> {
	return await lab.measure({
		peer,
		prompts: prompts(IMAGES).map((prompt, index) =>
			index === blocked ? `${prompt} [blocked]` : prompt,
		),
		settings: { ...settings, retryOnFail: true, maxTries: TRIES, waitBetweenTries: 1000 },
		server: { latencyMs: LATENCY_MS },
	});
}

/** What n8n's own repetition of a node costs. */
export const retry: Scenario = {
	name: 'retry',
	async run(lab) {
		const rows: string[][] = [];
		const summary: SummaryLine[] = [];
		for (const entry of CASES) {
			const cells: SummaryLine['cells'] = {};
			for (const peer of PEERS) {
				const { billed, delivered, requests } = await measure(lab, peer, entry);
				rows.push([
					TITLES[peer],
					entry.title,
					String(billed),
					`${delivered} of ${IMAGES}`,
					String(requests),
				]);
				cells[peer] = `${billed} / ${delivered}`;
			}
			summary.push({
				what: `Retry On Fail with ${IMAGES} prompts; ${entry.title}: billed / delivered`,
				cells,
			});
		}
		return {
			title: `*Retry On Fail* with one blocked prompt among ${IMAGES}`,
			body: [
				`n8n's own setting, with its default of ${TRIES} tries: it runs the node again, with all its items. ${IMAGES - 1} images can be made. ` +
					'One run each: these are counts.',
				table(['', 'On Error', 'billed', 'delivered', 'requests'], rows),
			],
			summary,
		};
	},
};
