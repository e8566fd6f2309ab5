import { shutdownAt } from '../catalogue/lifecycle';
import { modelForRole, ROLE_NAMES, ROLES } from '../catalogue/resolve';
import type { Catalogue, ModelEntry, Quality, Role } from '../catalogue/types';
import { estimateImagePrice } from '../pricing/outputTokens';
import { inputImageTokens } from '../pricing/inputTokens';
import { perToken } from '../pricing/price';
import { picodollars, toReadableUsd } from '../util/money';

/** Where the choice between the roles matters, and the catalogue knows why. */
export type RoutingCase = 'references' | 'fidelity' | 'text' | 'transparent';

/** What to say of both roles while they mean these models. Times are Unix ms. */
interface RoutingAdvice {
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
		start: 'Each reference image is billed for every image that is made.',
		of: referenceFacts,
	},
	fidelity: { start: "'Input Fidelity' is high.", of: fidelityFacts },
	text: {
		start: 'Higher quality draws text in the image in more detail, and costs more.',
		of: textFacts,
	},
	transparent: {
		start: 'A transparent background needs PNG or WebP; Auto uses PNG.',
		of: transparencyFacts,
	},
};

/** For each case and each span of time in which the roles mean the same models. */
export function routingAdvice(catalogue: Catalogue): RoutingAdvice[] {
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
	const each = inputCost(model, tokens) ?? `${tokens} tokens`;
	return `${published ? '' : 'about '}${each} for each ${SIZE} reference, ${kept(model)}`;
}

/** `null` = no price is known. */
function inputCost(model: ModelEntry, tokens: number): string | null {
	const price = model.prices && perToken(model.prices, 'imageInput');
	return price === null ? null : toReadableUsd(picodollars(BigInt(tokens) * price));
}

function kept({ capabilities }: ModelEntry): string {
	if (capabilities.inputFidelity.includes('high'))
		return "preserved loosely, or closely if 'Input Fidelity' is high";
	return capabilities.inputFidelity.includes('low')
		? 'only preserved loosely'
		: 'always preserved closely';
}

function fidelityFacts(model: ModelEntry): string {
	const { inputFidelity, maxInputImageTokens } = model.capabilities;
	if (inputFidelity.includes('high')) {
		const most = maxInputImageTokens.high;
		return `supports it, at up to ${inputCost(model, most) ?? `${most} tokens`} for each input image`;
	}
	return inputFidelity.includes('low')
		? 'supports only low, so the request will be refused'
		: 'always preserves images closely and does not support this option, so remove it';
}

function textFacts(model: ModelEntry, role: Role): string {
	const quality = USUAL_QUALITY[role];
	const price = estimateImagePrice(model, quality, SIZE);
	return price === null
		? `the price of '${quality}' is not published`
		: `about ${toReadableUsd(price.amount)} for a ${SIZE} image at '${quality}'`;
}

function transparencyFacts({ capabilities }: ModelEntry): string {
	if (!capabilities.transparentBackground) return 'does not support it';
	return capabilities.transparencyIsPreview ? 'supports it as a preview' : 'supports it';
}
