import { DAY_MS } from '../util/time';
import type { Catalogue, ModelEntry } from './types';

const NOTICE_DAYS = 30;

/** A day of the calendar, YYYY-MM-DD, of this century. */
export function isDay(text: unknown): text is string {
	if (typeof text !== 'string' || !/^20\d\d-\d\d-\d\d$/.test(text)) return false;
	const date = new Date(`${text}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** First moment at which the API refuses the model; `null` = no end is announced. */
export function shutdownAt(model: ModelEntry): Date | null {
	return model.lifecycle.shutdown === null
		? null
		: new Date(`${model.lifecycle.shutdown}T00:00:00Z`);
}

export function isGone(model: ModelEntry, now: Date): boolean {
	const end = shutdownAt(model);
	return end !== null && now.getTime() >= end.getTime();
}

/** First moment at which people are told of the end: 30 days before it. */
export function noticeFrom(model: ModelEntry): Date | null {
	const end = shutdownAt(model);
	return end === null ? null : new Date(end.getTime() - NOTICE_DAYS * DAY_MS);
}

/** Whether the model has ended or ends within 30 days. */
export function isEnding(model: ModelEntry, now: Date): boolean {
	const from = noticeFrom(model);
	return from !== null && now.getTime() >= from.getTime();
}

/** "gpt-image-2.5-flare or gpt-image-2.5-sunburst" */
export function replacementNames(model: ModelEntry): string {
	return model.lifecycle.replacements.join(' or ');
}

/** What the API says of a model that a key may use. */
export interface LiveModel {
	id: string;
	/** Day (UTC, YYYY-MM-DD) from which it is refused; `null` = none announced; `undefined` = the API does not say. */
	shutdown?: string | null;
}

/**
 * The catalogue as the API has it today: its end dates override ours, and a role leaves out models that the key
 * may not use, as long as one is left.
 */
export function withLiveModels(catalogue: Catalogue, live: readonly LiveModel[]): Catalogue {
	const byId = new Map(live.map((model) => [model.id, model]));
	const liveOf = ({ id, aliases }: ModelEntry): LiveModel | undefined =>
		[id, ...aliases].map((name) => byId.get(name)).find(Boolean);
	const models = catalogue.models.map((model) => withShutdown(model, liveOf(model)?.shutdown));
	// A list without any of ours is another provider's, which has names of its own.
	const offered = models.some((model) => liveOf(model) !== undefined);
	if (!offered) return { ...catalogue, models };
	return {
		...catalogue,
		models,
		notOffered: models.filter((model) => liveOf(model) === undefined).map(({ id }) => id),
	};
}

function withShutdown(model: ModelEntry, shutdown: string | null | undefined): ModelEntry {
	if (shutdown !== null && !isDay(shutdown)) return model;
	return shutdown === model.lifecycle.shutdown
		? model
		: { ...model, lifecycle: { ...model.lifecycle, shutdown } };
}

/** What the API says of one model, by any of its names; `null` = it has none such. */
export function findLiveModel(
	live: readonly LiveModel[],
	{ id, aliases }: Pick<ModelEntry, 'id' | 'aliases'>,
): LiveModel | null {
	return live.find((model) => model.id === id || aliases.includes(model.id)) ?? null;
}

/** Whether the API itself says that a model has ended. */
export function hasEnded({ shutdown }: LiveModel, now: Date): boolean {
	return typeof shutdown === 'string' && now.toISOString().slice(0, 10) >= shutdown;
}
