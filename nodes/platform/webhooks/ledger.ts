import { sleep, type IDataObject, type IWebhookFunctions } from 'n8n-workflow';
import { judgeDelivery, rememberDelivery, type AcceptedDeliveries } from '../../core/batch/webhookDeliveries';
import { asRecord } from '../../core/run/errorBody';

/** n8n's, of Express. */
type Response = ReturnType<IWebhookFunctions['getResponseObject']>;

/** Of a millisecond each; n8n needs some milliseconds to store an execution. */
const MOST_TURNS = 5_000;

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

	/** @param key of a node of a workflow. @param data its static data */
	constructor(key: string, data: IDataObject) {
		this.data = data;
		this.counter = counters.get(key) ?? { accepted: {}, underWay: new Set() };
		counters.set(key, this.counter);
	}

	/** `new` = it is now under way; nobody else gets it until `release`. */
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
	note(attempt: Attempt, response: Pick<Response, 'headersSent' | 'destroyed'>): void {
		this.remember(attempt);
		void this.insist(response);
	}

	/** Once n8n has answered. @param isAccepted else it may come again */
	release(attempt: Attempt, isAccepted: boolean): void {
		if (isAccepted) this.counter.accepted = rememberDelivery(this.counter.accepted, attempt);
		this.counter.underWay.delete(attempt.webhookId);
	}

	private remember(attempt: Attempt): void {
		this.data.accepted = rememberDelivery(this.accepted(), attempt);
	}

	private async insist(response: Pick<Response, 'headersSent' | 'destroyed'>): Promise<void> {
		for (let turn = 0; turn < MOST_TURNS && !response.headersSent && !response.destroyed; turn += 1) {
			await sleep(1);
			this.data.accepted = { ...(this.data.accepted as IDataObject) };
		}
	}

	private accepted(): AcceptedDeliveries {
		return { ...(asRecord(this.data.accepted) as AcceptedDeliveries), ...this.counter.accepted };
	}
}
