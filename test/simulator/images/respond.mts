/** The images response ("Images" API reference), written piece by piece: it can exceed the longest string. */
import type { Picture } from '../drawing/pictures.mts';
import type { Answer } from '../http/answer.mts';
import { visibleUsage } from '../models/billing.mts';
import type { State } from '../state.mts';
import { currentTime, unixSeconds } from '../state.mts';
import type { StatedUsage } from '../troubles/types.mts';
import type { SvgUsage, Usage } from '../types.mts';
import type { Options } from './parameters.mts';
import type { Size } from './sizes.mts';

export interface Result {
	state: State;
	options: Options;
	size: Size;
	usage: Usage;
	/** Of an SVG. */
	svgUsage: SvgUsage | undefined;
	pictures: Picture[];
	limits: Record<string, string>;
	/** What it says of its usage. */
	statedUsage: StatedUsage;
	/** What the provider adds. */
	extras: Record<string, unknown>;
	/** Says nothing but its images and its usage. */
	bare: boolean;
	/** Carries no picture. */
	empty: boolean;
	/** Default: that of JSON. */
	contentType?: string | undefined;
}

/** A multiple of 3, so that base64 of the parts joins to base64 of the whole. */
const PART_BYTES = 3 * 64 * 1024;

/** The body of a 200, in pieces. */
export async function* bodyOf(result: Result): AsyncGenerator<string> {
	const { options, size, state } = result;
	const head = result.bare
		? '"created":0'
		: `"created":${unixSeconds(currentTime(state))},"background":"${options.background}"`;
	yield `{${head},"data":[`;
	for (const [index, picture] of (result.empty ? [] : result.pictures).entries()) {
		const content = picture();
		yield `${index === 0 ? '' : ','}{"b64_json":"`;
		for (let start = 0; start < content.length; start += PART_BYTES) {
			yield content.subarray(start, start + PART_BYTES).toString('base64');
		}
		yield '"}';
	}
	const usage = visibleUsage(result.usage, result.statedUsage);
	const told = {
		output_format: options.format,
		quality: options.quality,
		...(options.safetyIdentifier && { safety_identifier: options.safetyIdentifier }),
		size: `${size.width}x${size.height}`,
	};
	const rest = JSON.stringify({
		...(!result.bare && told),
		...(usage && { usage }),
		...(usage && result.svgUsage && { svg_usage: result.svgUsage }),
		...result.extras,
	}).slice(1);
	yield rest === '}' ? ']}' : `],${rest}`;
}

export function answerWithImages(result: Result): Answer {
	return {
		kind: 'stream',
		status: 200,
		contentType: result.contentType ?? 'application/json',
		chunks: bodyOf(result),
		headers: result.limits,
	};
}
