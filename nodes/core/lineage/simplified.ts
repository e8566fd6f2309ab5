import { asRecord } from '../util/json';

/** n8n asks for no more fields of a simplified item. */
export const MOST_FIELDS = 10;

type Fields = Record<string, unknown>;

/** What became of what was asked for, as `status` of an item says. */
type Status = 'made' | 'failed' | 'skipped';

/** What is left out first where there are too many fields. No sum and no lineage depends on it. */
const LEAST_NEEDED: Readonly<Record<Status, readonly string[]>> = {
	made: ['createdAt', 'batchDiscount', 'size', 'quality', 'fileName', 'estimated'],
	failed: ['batchId', 'description', 'model'],
	skipped: ['model'],
};

/**
 * An item of ours as one row of a table: what people look at, most used first, and what Promote and Report need of it. The user's
 * row stays under `input`. Any other item, such as one that is simplified already, stays as it is.
 * @param withAttempts whether to say how many attempts may have been billed: they are those of a request, so one item of it says so
 * @param reader an agent also gets the image as Markdown, which it can show; where fields are selected of it, none is left out
 */
export function simplifiedItem(
	json: Fields,
	withAttempts: boolean,
	reader: 'table' | 'agent' | 'selection' = 'table',
): Fields {
	const { status, input } = json;
	if (!isStatus(status) || !isWhole(json)) return json;
	const { maybeBilledAttempts } = asRecord(json['request']);
	const attempts =
		withAttempts && Number(maybeBilledAttempts) > 0 ? maybeBilledAttempts : undefined;
	const markdown = reader === 'table' ? undefined : pictureOf(asRecord(json['image']));
	const fields = defined({ ...SHAPES[status](json), markdown, maybeBilledAttempts: attempts });
	const leftOut = reader === 'selection' ? [] : LEAST_NEEDED[status];
	return { ...atMost(fields, leftOut), ...defined({ input }) };
}

/** A picture in Markdown, for chats. Its ID is its title: an agent's memory holds what it wrote, not what its tools gave it. */
const pictureOf = ({ id, url, fileName }: Fields): string | undefined =>
	typeof url === 'string'
		? `![${String(fileName).replace(/[[\]\\]/g, ' ')}](${url} "${String(id)}")`
		: undefined;

const SHAPES: Readonly<Record<Status, (json: Fields) => Fields>> = { made, failed, skipped };

const isStatus = (status: unknown): status is Status =>
	typeof status === 'string' && Object.hasOwn(SHAPES, status);

const isWhole = ({ cost, request }: Fields): boolean =>
	typeof cost === 'object' || typeof request === 'object';

function made(json: Fields): Fields {
	const [image, cost] = [asRecord(json['image']), asRecord(json['cost'])];
	const draftId = idOfDraft(json);
	const stage = draftId === undefined ? stageOf(json) : {};
	return {
		prompt: json['prompt'],
		status: 'made',
		costUsd: cost['usd'],
		totalUsd: draftId === undefined && stage.operation !== 'promote' ? undefined : cost['totalUsd'],
		sessionUsd: cost['sessionUsd'],
		...boundOf(cost),
		fileName: image['fileName'],
		model: json['model'],
		quality: json['quality'],
		size: json['size'],
		imageId: image['id'],
		draftId,
		earlierDraftIds: earlierDraftIds(json),
		customId: json['customId'],
		// Promote makes the same of it.
		background: json['background'] === 'transparent' ? 'transparent' : undefined,
		...stage,
		batchDiscount: cost['batchDiscount'] === true ? true : undefined,
		createdAt: json['createdAt'] ?? undefined,
		// So long that it would stand between the columns that are read.
		url: image['url'],
	};
}

/** Says that the cost is an upper bound. */
const boundOf = ({ usd, estimated }: Fields): Fields =>
	estimated === true && typeof usd === 'number' ? { estimated } : {};

/** What says that an image is no draft, where nothing else does. */
function stageOf({ operation, endpoint, requestedModel }: Fields): {
	operation?: string;
	requestedModel?: string;
} {
	if (operation === 'promote') return { operation };
	if (operation === 'edit' || (operation === 'batch' && String(endpoint).endsWith('/edits')))
		return { operation: 'edit' };
	return requestedModel === 'final' ? { requestedModel } : {};
}

function failed(json: Fields): Fields {
	const [request, cost] = [asRecord(json['request']), asRecord(json['cost'])];
	return {
		prompt: json['prompt'] ?? undefined,
		status: 'failed',
		error: json['error'],
		description: json['description'] ?? undefined,
		code: json['code'],
		costUsd: cost['usd'] ?? null,
		...boundOf(cost),
		model: json['model'],
		customId: json['customId'],
		draftId: idOfDraft(json),
		requestKey: request['key'],
		// Nothing was sent, so nothing can have been billed.
		attempts: request['attempts'] === 0 ? 0 : undefined,
		batchId: json['batchId'],
	};
}

function skipped(json: Fields): Fields {
	return {
		prompt: json['prompt'],
		status: 'skipped',
		estimateUsd: json['estimateUsd'],
		images: json['images'],
		model: json['model'],
		customId: json['customId'],
		draftId: idOfDraft(json),
		requestKey: asRecord(json['request'])['key'],
	};
}

/** Of drafts that were promoted themselves: without them a report could not tell what `totalUsd` is the sum of. */
function earlierDraftIds({ draft }: Fields): string | undefined {
	const ids: string[] = [];
	for (
		let earlier = asRecord(draft)['draft'];
		earlier !== undefined;
		earlier = asRecord(earlier)['draft']
	)
		ids.push(String(asRecord(earlier)['id']));
	return ids.length === 0 ? undefined : ids.join(',');
}

const idOfDraft = ({ draft }: Fields): unknown => asRecord(draft)['id'];

const defined = (fields: Fields): Fields =>
	Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function atMost(fields: Fields, leastNeeded: readonly string[]): Fields {
	const tooMany = Math.max(0, Object.keys(fields).length - MOST_FIELDS);
	const leftOut = leastNeeded.filter((name) => name in fields).slice(0, tooMany);
	return Object.fromEntries(Object.entries(fields).filter(([name]) => !leftOut.includes(name)));
}
