import type { IExecuteFunctions } from 'n8n-workflow';
import { moveOn } from '../core/models/successor';
import type { SendResult } from '../core/run/outcome';
import { forgetLiveModels } from './models';
import type { ImageJob, PlannedItem } from './plan';
import { planItem, readWhenGone, type MadeBy } from './planners';

/** A role or a chain of successors does not go on for ever. */
const MOST_MOVES = 3;

/** Goes on with the successor when a model is gone while a run is under way. */
export class ModelSwitch {
	/** Ids that the API has refused in this run. */
	private readonly gone = new Set<string>();

	private readonly context: IExecuteFunctions;

	private readonly operation: MadeBy;

	private readonly items: PlannedItem[];

	/** @param items of the run; one that moves on is replaced there */
	constructor(context: IExecuteFunctions, operation: MadeBy, items: PlannedItem[]) {
		this.context = context;
		this.operation = operation;
		this.items = items;
	}

	/** @param deliver sends the job as it is planned then */
	async send<T>(job: ImageJob, deliver: () => Promise<SendResult<T>>): Promise<SendResult<T>> {
		for (let move = 0; ; move += 1) {
			const { item } = job;
			const { id } = item.model;
			if (!this.gone.has(id)) {
				const result = await deliver();
				if (result.ok || result.failure.kind !== 'modelGone') return result;
				this.gone.add(id);
				await forgetLiveModels(this.context);
				if (move >= MOST_MOVES || !(await this.moveOn(job, item))) return result;
			} else if (move >= MOST_MOVES || !(await this.moveOn(job, item))) {
				return await deliver();
			}
		}
	}

	/** @param asked as it was sent to a model that is gone; @returns whether the job asks another model now */
	private async moveOn(job: ImageJob, asked: PlannedItem): Promise<boolean> {
		// Another part of the same job was faster.
		if (job.item !== asked) return true;
		const next = moveOn(asked.model, new Date(), readWhenGone(this.context, asked.itemIndex));
		if (next === null) return false;
		const planned = await planItem(this.context, this.operation, asked.itemIndex, next);
		const item = planned[asked.origin.variation?.index ?? 0];
		if (job.item !== asked) return true;
		if (item === undefined || !item.plan.ok) return false;
		this.items[this.items.indexOf(asked)] = item;
		job.item = item;
		job.plan = item.plan.value;
		return true;
	}
}
