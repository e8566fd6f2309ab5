import type { GroupedLine } from '../../core/batch/grouping';
import type { ManifestFacts } from '../../core/batch/manifest';
import type { RequestLine } from '../../core/batch/requestLine';
import type { ChosenModel } from '../../core/catalogue/resolve';
import { type WantedName, wantedNames } from '../../core/images/uniqueNames';
import type { Origin } from '../../core/lineage/origin';
import { plainObject } from '../../core/util/json';
import type { Picodollars } from '../../core/util/money';
import { baseNameOf } from '../images/names';
import type { ImagePlan, PlannedItem } from '../images/types';

/** What requests have in common but for their prompts: thousands of rows share a few. */
interface LineTemplate {
	model: ChosenModel;
	origin: Origin;
	endpoint: ImagePlan['endpoint'];
	/** Without its prompt. */
	request: ImagePlan['request'];
	files: ImagePlan['files'];
	warnings: string[];
	label: string;
	kind: string;
}

/** What a line has of its own. */
export interface PreparedFacts extends Pick<
	ManifestFacts,
	'customId' | 'position' | 'offset' | 'count' | 'fields'
> {
	lineId: string;
	/** The user's own, or empty. */
	fileName: string;
	prompt: string;
	images: number;
	/** At standard price; `null` = not known. */
	expected: Picodollars | null;
	/** The most at batch price; `null` = not known. */
	bound: Picodollars | null;
}

/**
 * One request of a batch, and what is needed to write its lines. There may be 50,000, kept until the last is uploaded,
 * so that an object holds what is its own; what else there is to know of it is put together when it is asked for.
 */
export class PreparedLine implements GroupedLine {
	/** Of the request's line. */
	bytes = 0;

	/** Of the files of its images, once those of all lines are known. */
	fileNames: readonly string[] = [];

	manifestBytes = 0;

	/** The same for the same request of the same item, whenever it is prepared; empty until it is known. */
	key = '';

	/** The same for the same request of any item; empty until it is known. */
	content = '';

	readonly template: LineTemplate;

	private readonly own: PreparedFacts;

	constructor(template: LineTemplate, own: PreparedFacts) {
		this.template = template;
		this.own = own;
	}

	get kind(): string {
		return this.template.kind;
	}

	get label(): string {
		return this.template.label;
	}

	get expected(): Picodollars | null {
		return this.own.expected;
	}

	get bound(): Picodollars | null {
		return this.own.bound;
	}

	/** The input item that it is of. */
	get position(): number {
		return this.own.position;
	}

	get images(): number {
		return this.own.images;
	}

	get item(): Omit<PlannedItem, 'plan'> {
		const { model, origin } = this.template;
		return { itemIndex: this.own.position, model, origin, prompt: this.own.prompt };
	}

	get plan(): Pick<ImagePlan, 'request' | 'files'> {
		const { request, files } = this.template;
		return {
			request: plainObject(request, { prompt: this.own.prompt }) as unknown as ImagePlan['request'],
			files,
		};
	}

	get files(): ImagePlan['files'] {
		return this.template.files;
	}

	get hasFiles(): boolean {
		return this.template.files.images.length > 0;
	}

	get request(): RequestLine {
		const { lineId, images } = this.own;
		return {
			lineId,
			endpoint: this.template.endpoint,
			request: this.plan.request,
			images,
		};
	}

	get facts(): ManifestFacts {
		const { customId, position, fields, offset, count } = this.own;
		const { model, origin } = this.template;
		return {
			key: this.key,
			customId,
			position,
			fileNames: this.fileNames,
			fields,
			offset,
			count,
			requestedModel: model.requested,
			origin,
		};
	}

	get wantedNames(): WantedName[] {
		const { fileName, offset, count, images } = this.own;
		const base = baseNameOf(this.plan, this.template.origin, fileName);
		return wantedNames(base, { offset, images, count });
	}

	/** By the order of their items and of each item's images. */
	comparedWith({ own }: PreparedLine): number {
		return this.own.position - own.position || this.own.offset - own.offset;
	}

	/** Whether both are of one item, or of one variation of it. */
	isOfSameItem({ template, own }: PreparedLine): boolean {
		return (
			own.position === this.own.position &&
			template.origin.variation?.index === this.template.origin.variation?.index
		);
	}
}

/** Keeps what many requests have in common once. */
export class LineTemplates {
	private readonly shared = new Map<string, LineTemplate>();

	of({ model, origin }: PlannedItem, plan: ImagePlan, label: string): LineTemplate {
		const { endpoint, files, warnings } = plan;
		const request = { ...plan.request, prompt: '' };
		const template = {
			model,
			origin,
			endpoint,
			request,
			files,
			warnings,
			label,
			kind: `${endpoint} ${model.id} ${label}`,
		};
		const { variation, draft, replaced } = origin;
		if (variation !== null || draft !== null || files.images.length > 0) return template;
		const key = JSON.stringify([
			model.id,
			model.requested,
			replaced,
			endpoint,
			request,
			warnings,
			label,
		]);
		const known = this.shared.get(key);
		if (known === undefined) this.shared.set(key, template);
		return known ?? template;
	}
}
