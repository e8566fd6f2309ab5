import { type IDataObject, type IWebhookFunctions, sleep } from 'n8n-workflow';
import {
	type AcceptedDeliveries,
	judgeDelivery,
	rememberDelivery,
} from '../../core/batch/webhookDeliveries';
import { asRecord } from '../../core/util/json';

/** n8n's, of Express. */
type Response = ReturnType<IWebhookFunctions['getResponseObject']>;

/** Of a millisecond each; n8n needs some milliseconds to store an execution. */
const MOST_TURNS = 5_000;

/** How long n8n may take to answer a caller that has gone, in ms: it may have many executions to run first. */
const ANSWERED_WITHIN_MS = 600_000;
const LOOK_EVERY_MS = 50;

type Answering = Pick<Response, 'writableEnded' | 'statusCode' | 'destroyed' | 'once'>;

interface Attempt {
	webhookId: string;
	timestamp: number;
}

/** Deliveries of one node in this process: those accepted, and those being looked at. */
interface Counter {
	accepted: AcceptedDeliveries;
	underWay: Set<string>;
}

const counters = new Map<string, Counter>();

/**
 * Which deliveries a node has accepted. The static data outlives a restart; but n8n reads it anew for each
 * call and saves it with the answer, so of two calls at once the later one wins: what this process
 * itself has accepted is remembered beside it.
 */
export class DeliveryLedger {
	private readonly counter: Counter;

	private readonly data: IDataObject;

	/**
	 * @param key of a node of a workflow.
	 * @param data its static data
	 */
	constructor(key: string, data: IDataObject) {
		this.data = data;
		this.counter = counters.get(key) ?? { accepted: {}, underWay: new Set() };
		counters.set(key, this.counter);
	}

	/** `new` = it is now under way; nobody else gets it until it is released. */
	claim(attempt: Attempt): 'new' | 'retry' | 'replay' | 'underWay' {
		if (this.counter.underWay.has(attempt.webhookId)) return 'underWay';
		const verdict = judgeDelivery(this.accepted(), attempt, performance.timeOrigin / 1000);
		if (verdict === 'new') this.counter.underWay.add(attempt.webhookId);
		if (verdict === 'retry') {
			this.counter.accepted = rememberDelivery(this.counter.accepted, attempt);
			this.remember(attempt);
		}
		return verdict;
	}

	/**
	 * To be saved by n8n with its answer. n8n (2.41) forgets on the way to an execution that the static data has
	 * changed: it makes another Workflow of the same object, which marks it as unchanged. So it is changed
	 * again until the answer is out. Where that comes too late, it is this process alone that knows.
	 */
	note(attempt: Attempt, response: Answering): void {
		this.remember(attempt);
		void this.insist(response);
	}

	/**
	 * Once n8n has answered, the delivery is accepted, or it may come again. A caller may have hung up before: n8n
	 * answers all the same, when the execution is stored or could not be. One without an answer may come again.
	 */
	releaseOnceAnswered(attempt: Attempt, response: Answering): void {
		const release = async (): Promise<void> => {
			for (
				let left = ANSWERED_WITHIN_MS;
				left > 0 && !response.writableEnded;
				left -= LOOK_EVERY_MS
			)
				await sleep(LOOK_EVERY_MS);
			if (response.writableEnded && response.statusCode < 300)
				this.counter.accepted = rememberDelivery(this.counter.accepted, attempt);
			this.counter.underWay.delete(attempt.webhookId);
		};
		// What has closed tells nobody any more.
		if (response.destroyed) void release();
		else response.once('close', () => void release());
	}

	private remember(attempt: Attempt): void {
		this.data.accepted = rememberDelivery(this.accepted(), attempt);
	}

	private async insist(response: Answering): Promise<void> {
		for (let turn = 0; turn < MOST_TURNS && !response.writableEnded; turn += 1) {
			await sleep(1);
			this.data.accepted = { ...(this.data.accepted as IDataObject) };
		}
	}

	private accepted(): AcceptedDeliveries {
		return { ...(asRecord(this.data.accepted) as AcceptedDeliveries), ...this.counter.accepted };
	}
}
