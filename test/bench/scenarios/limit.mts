import { prompts, type Scenario } from '../section.mts';
import { casesTable, runCases, seenList, summaryLine } from './delivery.mts';

const IMAGES = 80;
const PER_MINUTE = 60;
const LATENCY_MS = 100;

/** More images than the organization's limit lets through at once. */
export const limit: Scenario = {
	name: 'limit',
	async run(lab) {
		const server = { imagesPerMinute: PER_MINUTE, latencyMs: LATENCY_MS };
		const cases = await runCases(lab, () => ({ prompts: prompts(IMAGES), server }));
		const what = `${IMAGES} images at a limit of ${PER_MINUTE} per minute`;
		return {
			title: what,
			body: [
				`The limit is a bucket of ${PER_MINUTE} that refills continuously: the last of ${IMAGES} images can't be there before ` +
					`${((IMAGES - PER_MINUTE) * 60) / PER_MINUTE} s. Images take ${LATENCY_MS} ms, so even one at a time they are faster than the limit allows; ` +
					"with slower images n8n's OpenAI node stays below it. One run each: these are counts.",
				casesTable(cases),
				seenList(cases),
			],
			summary: [
				summaryLine(`${what}, with *On Error: Stop Workflow*`, cases, 'Stop Workflow'),
				summaryLine(`${what}, with *On Error: Continue*`, cases, 'Continue'),
			],
		};
	},
};
