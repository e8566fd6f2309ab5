/** A strict stand-in for the OpenAI API that draws real images. See README.md. */
import type { AddressInfo } from 'node:net';
import { listen } from './http/server.mts';
import { ledgerOf } from './ledger.mts';
import { denyModel, removeModel, startOutage } from './models/availability.mts';
import { configure, createState, reset } from './state.mts';
import { answerTrouble, troubleOf } from './troubles/trouble.mts';
import type { AnswerToGive } from './troubles/types.mts';
import type { Simulator, SimulatorOptions } from './types.mts';

export { realAnswer, realAnswers } from './troubles/realAnswers.mts';
export type { RealAnswerName } from './troubles/realAnswers.mts';
export type { StatedCost } from './options.mts';
export type {
	AnswerToGive,
	ChaosKind,
	ChaosOptions,
	DownloadOddity,
	LedgerEntry,
	Oddity,
	ScriptedAnswer,
	StatedUsage,
} from './troubles/types.mts';
export type {
	BatchOutcome,
	BilledRequest,
	CachedTokens,
	Fault,
	ImageEndpoint,
	LatencyQuestion,
	LineFault,
	OutputFormat,
	Quality,
	RecordedFile,
	RecordedRequest,
	Simulator,
	SimulatorOptions,
	Usage,
	WebhookDelivery,
} from './types.mts';

/** Starts a server on 127.0.0.1; rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const state = createState(options);
	const server = await listen(state, options.port ?? 0);
	const { port } = server.address() as AddressInfo;
	return {
		baseUrl: `http://127.0.0.1:${port}/v1`,
		requests: state.requests,
		modelLists: state.modelLists,
		billed: state.billed,
		billedPicodollars: () =>
			state.billed.reduce((sum, request) => sum + request.costPicodollars, 0n),
		get inFlight() {
			return state.inFlight;
		},
		get maxInFlight() {
			return state.maxInFlight;
		},
		ledger: () => ledgerOf(state),
		failNext: (fault, times = 1, path = undefined) => {
			const trouble = troubleOf(fault);
			for (let time = 0; time < times; time += 1)
				state.troubles.push({ trouble, path: path ?? null });
		},
		answerNext: (answers, path = undefined) => {
			const list: readonly AnswerToGive[] = Array.isArray(answers) ? answers : [answers];
			for (const answer of list)
				state.troubles.push({ trouble: answerTrouble(answer), path: path ?? null });
		},
		answerWhen: (choose, path = undefined) => {
			state.answerWhen = choose === null ? null : { choose, path: path ?? null };
		},
		chaos: (chaosOptions) => {
			state.chaos = chaosOptions === null ? null : { options: chaosOptions, met: 0 };
		},
		removeModel: (id) => removeModel(state, id),
		outage: (id, ms = undefined) => startOutage(state, id, ms),
		denyModel: (id) => denyModel(state, id),
		cutNextDownload: (afterBytes, times = 1) => {
			for (let time = 0; time < times; time += 1)
				state.downloads.push({
					after: afterBytes,
					then: state.options.downloadsHalt === true ? 'halt' : 'cut',
				});
		},
		nextDownload: (oddity, times = 1) => {
			for (let time = 0; time < times; time += 1) state.downloads.push(oddity);
		},
		get batches() {
			return [...state.batches.values()].map(({ id, status }) => ({ id, status }));
		},
		finishBatch: async (id, outcome = 'completed', completed = undefined) => {
			const batch = state.batches.get(id);
			if (!batch) throw new Error(`The simulator has no batch ${id}`);
			batch.release({ outcome, completed: completed ?? null });
			await batch.done;
		},
		settled: async () => {
			await Promise.all([...state.batches.values()].map(({ done }) => done));
			await Promise.all(state.webhooks.underWay);
		},
		webhookDeliveries: state.webhooks.deliveries,
		configure: (changes) => configure(state, changes),
		reset: () => reset(state),
		close: async () => {
			state.closing.abort();
			const closed = new Promise<void>((resolve) => {
				server.close(() => resolve());
			});
			server.closeAllConnections();
			await closed;
			for (const batch of state.batches.values()) batch.abandon();
			state.spool.clear();
		},
	};
}
