import {
	baseFromPrompt,
	baseFromUser,
	type BaseName,
	joinedBase,
} from '../../core/images/fileName';
import { type UniqueNames, type WantedName, wantedNames } from '../../core/images/uniqueNames';
import type { Origin } from '../../core/lineage/origin';
import type { Part } from '../../core/scheduler/parts';
import type { NameBook } from '../n8n/nameBook';
import { positionOf } from './plan';
import type { ImageJob, ImagePlan } from './types';

/** What an image is called after: the user's own name, else the photo that it is an edit of and the prompt. */
export function baseNameOf(
	{ request, files }: Pick<ImagePlan, 'request' | 'files'>,
	{ draft }: Origin,
	fileName: string,
): BaseName {
	if (fileName !== '') return baseFromUser(fileName);
	const prompt = baseFromPrompt(request.prompt);
	// Beside its draft, whose prompt it has.
	if (draft !== null) return joinedBase([prompt, 'promoted']);
	const photo = files.images[0]?.fileName ?? '';
	return photo === '' ? prompt : joinedBase([baseFromUser(photo), prompt]);
}

/** Names of a run's images. They are given before the first is made, because images arrive in any order. */
export class ImageNames {
	private readonly byJob: string[][];

	private readonly more: UniqueNames;

	private readonly jobs: readonly ImageJob[];

	/** @param run which of the node's runs it is */
	constructor(book: NameBook, run: string, jobs: readonly ImageJob[]) {
		this.jobs = jobs;
		const wanted = jobs.map(wantedBy);
		const { names, more } = book.give(
			run,
			wanted,
			wanted.flat().flatMap(({ given }) => given ?? []),
		);
		this.byJob = names;
		this.more = more;
	}

	/** @param index of the image among those that came for the part; there may be more than were asked for */
	of({ job, offset, images }: Part, index: number): string {
		const known = index < images ? this.byJob[job]?.[offset + index] : undefined;
		return known ?? this.more.another(this.baseOf(job));
	}

	private baseOf(job: number): BaseName {
		const of = this.jobs[job];
		return of === undefined
			? baseFromUser('')
			: baseNameOf(of.plan, of.item.origin, of.output.fileName);
	}
}

/** First an entry for each image that is asked for, then one for each that came beyond. */
function wantedBy({ item, plan, output, kept }: ImageJob): WantedName[] {
	const base = baseNameOf(plan, item.origin, output.fileName);
	const { index, count } = positionOf(item.origin, plan.count, 0);
	const wanted = wantedNames(base, { offset: index, images: plan.count, count });
	for (const { receipt, images } of kept) {
		for (const [imageIndex, { fileName }] of images.entries()) {
			const given = fileName.replace(/\.[^.]*$/, '');
			const at = imageIndex < receipt.images ? wanted[receipt.offset + imageIndex] : undefined;
			if (at === undefined) wanted.push({ base, position: null, given });
			else at.given = given;
		}
	}
	return wanted;
}
