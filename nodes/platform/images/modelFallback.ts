import type { IExecuteFunctions } from 'n8n-workflow';
import { findLiveModel, hasEnded, isGone } from '../../core/catalogue/lifecycle';
import type { ChosenModel } from '../../core/catalogue/resolve';
import type { Failure } from '../../core/failures/failure';
import { moveOn } from '../../core/modelChoice/successor';
import type { SendResult } from '../../core/scheduler/outcome';
import { askLiveModels, forgetLiveModels } from '../api/models';
import { forModel } from './call';
import { type MadeBy, planItem, readWhenGone } from './planItem';
import type { ImageCall, PlannedItem } from './types';

/** How long an answer on an outage holds, in ms. */
const OUTAGE_KNOWN_MS = 10_000;

/** Finds the successor when a model is gone while a run is under way. */
export class ModelFallback {
	/** Why, by the ids that the API has refused in this run. */
	private readonly gone = new Map<string, Failure>();

	/** Why, by the ids of models that the key may not use. */
	private readonly denied = new Map<string, Failure>();

	/** What the list of models says, by id. */
	private readonly looks = new Map<string, { at: number; isGone: Promise<boolean> }>();

	/** What takes the place of an item: the same for all its requests. */
	private readonly plans = new Map<PlannedItem, Promise<PlannedItem | null>>();

	private readonly context: IExecuteFunctions;

	private readonly operation: MadeBy;

	private readonly now: () => number;

	/** @param now ms of any steady clock */
	constructor(context: IExecuteFunctions, operation: MadeBy, now: () => number) {
		this.context = context;
		this.operation = operation;
		this.now = now;
	}

	/** `null` = nothing is known against the model of a request. */
	whyGone({ item }: ImageCall): Failure | null {
		return this.gone.get(item.model.id) ?? this.denied.get(item.model.id) ?? null;
	}

	/**
	 * Servers have said "does not exist" of models that were merely out for hours. So it is believed once the list of
	 * models agrees; until then it is a failure of the server, which is tried again.
	 */
	async confirm<T>({ item, plan }: ImageCall, result: SendResult<T>): Promise<SendResult<T>> {
		if (result.ok) return result;
		const { failure } = result;
		if (isOfSvgModel(failure, plan.request.svg?.model)) {
			const message = `'SVG Model': ${failure.message}`;
			return { ok: false, failure: { ...failure, kind: 'invalidRequest', message } };
		}
		if (failure.kind === 'modelNotAllowed') this.denied.set(item.model.id, failure);
		if (failure.kind !== 'modelGone') return result;
		if (await this.isGone(item.model)) {
			this.gone.set(item.model.id, failure);
			await forgetLiveModels(this.context);
			return result;
		}
		const message = `${failure.message} The list of models still includes it, so this is treated as an outage.`;
		return { ok: false, failure: { ...failure, kind: 'serverError', message } };
	}

	/** The same request to the model that comes next; `null` = there is none, or the user wants it to fail. */
	async successorOf(call: ImageCall): Promise<ImageCall | null> {
		// A permission that is missing is for the user to give; another model may cost otherwise.
		if (this.denied.has(call.item.model.id)) return null;
		// Who is down has a fallback; that has no successors of its own.
		if (call.item.model.fallbackOf !== undefined) return null;
		const planned = this.plans.get(call.item) ?? this.plan(call.item);
		this.plans.set(call.item, planned);
		const item = await planned;
		return item && forModel(call, item);
	}

	private async plan({ itemIndex, model, origin }: PlannedItem): Promise<PlannedItem | null> {
		const next = moveOn(model, new Date(), readWhenGone(this.context, itemIndex));
		if (next === null) return null;
		const planned = await planItem(this.context, this.operation, itemIndex, next);
		return planned[origin.variation?.index ?? 0] ?? null;
	}

	private async isGone(model: ChosenModel): Promise<boolean> {
		if (model.entry !== null && isGone(model.entry, new Date())) return true;
		const known = this.looks.get(model.id);
		if (known !== undefined && this.now() - known.at < OUTAGE_KNOWN_MS) return await known.isGone;
		const look = this.look(model);
		this.looks.set(model.id, { at: this.now(), isGone: look });
		return await look;
	}

	/** Where there is no list of models, or another one than of these, the answer is all there is. */
	private async look({ id, entry }: ChosenModel): Promise<boolean> {
		const models = await askLiveModels(this.context);
		if (!models.ok) return false;
		if (models.value.length === 0) return true;
		const live = findLiveModel(models.value, entry ?? { id, aliases: [] });
		return live === null || hasEnded(live, new Date());
	}
}

/** A request for an SVG has two models; only the words tell which of them is meant. */
function isOfSvgModel({ kind, message }: Failure, id: string | undefined): boolean {
	const isMissing = kind === 'modelGone' || kind === 'modelNotAllowed';
	const words: string[] = message.match(/[\w.-]*\w/g) ?? [];
	return isMissing && id !== undefined && words.includes(id);
}
