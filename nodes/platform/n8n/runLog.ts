import type { IExecuteFunctions } from 'n8n-workflow';
import { onOneLine } from '../../core/failures/errorText';
import type { Failure } from '../../core/failures/failure';
import type { Outcome, SendResult } from '../../core/scheduler/outcome';
import { isMaybeBilled } from '../../core/scheduler/retry';

/** In characters. */
const LONGEST_LINE = 1000;

/** What of n8n a log needs. */
type Logging = Pick<IExecuteFunctions, 'logger' | 'getExecutionId' | 'getNode'>;

/**
 * Lines in n8n's log, for whoever runs it: `info` says how a run ended, `warn` what failed or may have been billed for
 * nothing, `error` what was made and not kept, `debug` each attempt. Ids, numbers and codes only: no prompt, no file name,
 * no key, and no words of the API, which may repeat a prompt. Each is one line, whatever an id or a code from outside holds. n8n's text format leaves out what is beside the message.
 */
export class RunLog {
	private readonly context: Logging;

	private readonly about: { executionId: string; node: string };

	constructor(context: Logging) {
		this.context = context;
		this.about = { executionId: context.getExecutionId(), node: context.getNode().name };
	}

	/** One request to the API, whatever came of it. */
	attempt(
		attempt: number,
		images: number,
		durationMs: number,
		result: SendResult<{ requestId: string | null }>,
	): void {
		const requestId = result.ok ? result.value.requestId : result.failure.requestId;
		const outcome = result.ok ? 'ok' : outcomeOf(result.failure);
		const ms = Math.round(durationMs);
		this.write(
			'debug',
			`attempt ${attempt} for ${images} images: ${outcome}, ${ms} ms`,
			requestId,
			{ attempt, images, durationMs: ms, ...factsOf(result) },
		);
	}

	/** A request that is over. */
	ended(outcome: Outcome<{ requestId: string | null }>): void {
		const { attempts, maybeBilledAttempts } = outcome;
		if (attempts === 0) return;
		const facts = {
			attempts,
			maybeBilledAttempts,
			images: outcome.request.part.images,
			...factsOf(outcome),
		};
		if (!outcome.ok) {
			const level = outcome.failure.kind === 'notStored' ? 'error' : 'warn';
			const billed = isMaybeBilled(outcome.failure) ? ', may have been billed' : '';
			this.write(
				level,
				`a request for ${outcome.request.part.images} images failed: ${outcomeOf(outcome.failure)}${billed}`,
				outcome.failure.requestId,
				facts,
			);
		} else if (maybeBilledAttempts > 0) {
			this.write(
				'warn',
				`${maybeBilledAttempts} of ${attempts} attempts brought no answer and may have been billed`,
				outcome.value.requestId,
				facts,
			);
		}
	}

	/**
	 * Something else than a request for images.
	 * @param what failed
	 */
	failed(what: string, failure: Failure): void {
		this.write(
			'warn',
			`${what}: ${outcomeOf(failure)}`,
			failure.requestId,
			factsOf({ ok: false, failure }),
		);
	}

	/** @param summary as people read it in the editor */
	finished(summary: string, facts: Record<string, unknown> = {}): void {
		this.write('info', summary, null, facts);
	}

	private write(
		level: 'debug' | 'info' | 'warn' | 'error',
		words: string,
		requestId: string | null,
		facts: Record<string, unknown>,
	): void {
		const request = requestId === null ? '' : `, request ${requestId}`;
		this.context.logger[level](
			onOneLine(
				`GPT Image: ${words} [execution ${this.about.executionId}${request}]`,
				LONGEST_LINE,
			),
			{ ...this.about, requestId, ...facts },
		);
	}
}

const outcomeOf = ({ status, code }: Failure): string =>
	status === null ? code : `${code} (status ${status})`;

function factsOf(result: SendResult<unknown>): Record<string, unknown> {
	return result.ok
		? {}
		: { kind: result.failure.kind, code: result.failure.code, status: result.failure.status };
}
