import { estimateOutputTokens } from '../pricing/estimate';
import { inputImageTokens } from '../pricing/inputTokens';
import { picodollars, toReadableUsd } from '../pricing/money';
import { perToken } from '../pricing/price';
import { CATALOGUE } from './catalogue';
import { shutdownAt } from './lifecycle';
import { modelForRole, ROLE_NAMES, ROLES } from './resolve';
import type { Catalogue, ModelEntry, Quality, Role } from './types';

/** Where the choice between the roles matters, and the catalogue knows why. */
export type RoutingCase = 'references' | 'fidelity' | 'text' | 'transparent';

/** What to say of both roles while they mean these models. Times are Unix ms. */
export interface RoutingAdvice {
	about: RoutingCase;
	from: number;
	to: number;
	message: string;
}

const SIZE = '1024x1024';
const USUAL_QUALITY: Readonly<Record<Role, Quality>> = { draft: 'low', final: 'high' };

const SENTENCES: Readonly<
	Record<RoutingCase, { start: string; of: (model: ModelEntry, role: Role) => string }>
> = {
	references: {
		start: 'Several reference images are billed each, for every image that is made.',
		of: referenceFacts,
	},
	fidelity: { start: "'Input Fidelity' is high.", of: fidelityFacts },
	text: {
		start: 'Text in the image has the more tokens to be drawn with, the higher the quality.',
		of: textFacts,
	},
	transparent: {
		start: 'A transparent background needs png or webp; Auto makes png.',
		of: transparencyFacts,
	},
};

/** For each case and each span of time in which the roles mean the same models. */
export function routingAdvice(catalogue: Catalogue = CATALOGUE): RoutingAdvice[] {
	const ends = catalogue.models.flatMap((model) => shutdownAt(model)?.getTime() ?? []);
	const bounds = [0, ...new Set(ends.sort((a, b) => a - b)), Infinity];
	return bounds.slice(0, -1).flatMap((from, index) =>
		(Object.keys(SENTENCES) as RoutingCase[]).map((about) => {
			const { start, of } = SENTENCES[about];
			const parts = ROLES.map((role) => {
				const model = modelForRole(role, new Date(from), catalogue);
				return `'${ROLE_NAMES[role]}' is ${model.id}: ${of(model, role)}.`;
			});
			return {
				about,
				from,
				to: bounds[index + 1] ?? Infinity,
				message: [start, ...parts].join(' '),
			};
		}),
	);
}

function referenceFacts(model: ModelEntry): string {
	const { tokens, published } = inputImageTokens(model, { width: 1024, height: 1024 }, 'low');
	const price = model.prices && perToken(model.prices, 'imageInput');
	const cost = price === null ? '' : ` (${toReadableUsd(picodollars(BigInt(tokens) * price))})`;
	return `${published ? '' : 'about '}${tokens} tokens${cost} for each of ${SIZE}, ${kept(model)}`;
}

function kept({ capabilities }: ModelEntry): string {
	if (capabilities.inputFidelity.includes('high'))
		return "kept loosely, or closely with 'Input Fidelity' high";
	return capabilities.inputFidelity.includes('low') ? 'kept loosely only' : 'always kept closely';
}

function fidelityFacts(model: ModelEntry): string {
	const { inputFidelity, maxInputImageTokens } = model.capabilities;
	if (inputFidelity.includes('high'))
		return `takes it, at up to ${maxInputImageTokens.high.toLocaleString('en-US')} tokens an image`;
	return inputFidelity.includes('low')
		? 'knows low only, so the request will be refused'
		: 'always keeps images closely and does not know the option; remove it';
}

function textFacts(model: ModelEntry, role: Role): string {
	const quality = USUAL_QUALITY[role];
	const estimate = estimateOutputTokens(model, quality, SIZE);
	return estimate === null
		? `its tokens at '${quality}' are not published`
		: `${estimate.tokens.toLocaleString('en-US')} tokens for the whole image at '${quality}'`;
}

function transparencyFacts({ capabilities }: ModelEntry): string {
	if (!capabilities.transparentBackground) return 'can not make one';
	return capabilities.transparencyIsPreview ? 'makes one, as a preview' : 'makes one';
}
