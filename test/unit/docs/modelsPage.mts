/** docs/models.md, made from the catalogue. */
import { isGone } from '../../../nodes/core/models/lifecycle';
import { ROLE_NAMES, ROLES } from '../../../nodes/core/models/resolve';
import { likeQuality, successorOf } from '../../../nodes/core/models/successor';
import {
	QUALITIES,
	type Catalogue,
	type ModelEntry,
	type Quality,
} from '../../../nodes/core/models/types';
import { estimateImagePrice, estimateOutputTokens } from '../../../nodes/core/pricing/estimate';
import { toUsdNumber } from '../../../nodes/core/pricing/money';

const SIZES = ['1024x1024', '1024x1536', '1536x1024', '2048x2048', '3840x2160'];

const table = (head: string[], rows: string[][]): string =>
	[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export function modelsPage(catalogue: Catalogue): string {
	const now = new Date(`${catalogue.pricesAsOf}T00:00:00Z`);
	const live = catalogue.models.filter((model) => !isGone(model, now));
	return [
		'# Models',
		`<!-- Made from nodes/core/models by test/unit/docs/modelsPage.mts, checked by a test; UPDATE_DOCS=1 npm test -- unit writes it anew. -->`,
		`What the nodes know of the models, as of ${catalogue.pricesAsOf}. End dates are asked of the API as well, which has the last word.`,
		'## Roles',
		'A role means the first live model in its row that the key may use.',
		table(
			['role', 'models'],
			ROLES.map((role) => [`**${ROLE_NAMES[role]}**`, catalogue.roles[role].join(', ')]),
		),
		'## Life',
		table(
			['model', 'other names', 'released', 'ends', 'then'],
			catalogue.models.map((model) => [
				model.id,
				model.aliases.join(', '),
				model.lifecycle.released ?? '',
				model.lifecycle.shutdown ?? '',
				model.lifecycle.replacements[0] ?? '',
			]),
		),
		'## Prices of tokens',
		"USD per million tokens. A batch costs half, where a model can be used in one. Where *text out* is empty, no price of it is published (Microsoft's page calls that of gpt-image-2 unbilled): should such tokens be reported, the cost is unknown.",
		table(
			['model', 'text in', 'cached', 'image in', 'cached', 'image out', 'text out', 'batch'],
			catalogue.models.map(priceRow),
		),
		'## Price of an image',
		'USD for the image alone, without its prompt and input images. "About" stands for a few measured points.',
		...live.flatMap((model) => [`### ${model.id}`, imageTable(model)]),
		'## Features',
		table(
			[
				'model',
				'sizes',
				'qualities',
				'transparent background',
				'input fidelity',
				'complexity',
				'images a request',
				'input images',
			],
			live.map(featureRow),
		),
		'Custom sizes: edges are multiples of 16 and at most 3840, the longer at most 3 times the shorter one, 655,360 to 8,294,400 pixels; above 3,686,400 OpenAI calls them experimental.',
		'## What a successor is asked for',
		'When a model that was chosen by its id is gone, its successor is used (*When Model Is Gone*: *Use Its Successor*). The same quality name means something else on each model, so the quality is carried over that is most like the old one in tokens (which is detail) and price together; of two that are as like, the cheaper one. At 1024x1024:',
		table(
			['gone', 'asked for', 'successor', 'used'],
			catalogue.models.flatMap((model) => successorRows(model, catalogue)),
		),
		HOW_TO_ADD,
		'## Sources',
		...catalogue.models.map((model) => `- ${model.id}: ${model.sources.join(', ')}`),
		'',
	]
		.join('\n\n')
		.replace(/\n\n- /g, '\n- ')
		.replace('## Sources\n- ', '## Sources\n\n- ');
}

function priceRow({ id, prices, capabilities }: ModelEntry): string[] {
	const cells = prices && [
		prices.textInput,
		prices.cachedTextInput,
		prices.imageInput,
		prices.cachedImageInput,
		prices.imageOutput,
		prices.textOutput,
	];
	return [
		id,
		...(cells ?? Array<null>(6).fill(null)).map((price) => price ?? ''),
		{ yes: 'yes', no: 'no', uncertain: 'sources differ' }[capabilities.batch],
	];
}

function imageTable(model: ModelEntry): string {
	const sizes = SIZES.filter((size) =>
		QUALITIES.some((quality) => estimateImagePrice(model, quality, size) !== null),
	);
	return table(
		['size', ...model.capabilities.qualities],
		sizes.map((size) => [
			size,
			...model.capabilities.qualities.map((quality) => usd(model, quality, size)),
		]),
	);
}

function usd(model: ModelEntry, quality: Quality, size: string): string {
	const price = estimateImagePrice(model, quality, size);
	return price === null
		? ''
		: `${price.certainty === 'approximate' ? 'about ' : ''}${toUsdNumber(price.amount).toFixed(4)}`;
}

function featureRow({ id, capabilities }: ModelEntry): string[] {
	const {
		sizes,
		customSizes,
		qualities,
		transparentBackground,
		transparencyIsPreview,
		inputFidelity,
		complexity,
		maxImagesPerRequest,
		maxInputImages,
	} = capabilities;
	return [
		id,
		[...sizes, ...(customSizes ? ['custom'] : [])].join(', '),
		qualities.join(', '),
		transparentBackground ? (transparencyIsPreview ? 'preview' : 'yes') : 'no',
		inputFidelity.join(', ') || 'not an option',
		complexity.join(', ') || 'not an option',
		String(maxImagesPerRequest),
		String(maxInputImages),
	];
}

function successorRows(model: ModelEntry, catalogue: Catalogue): string[][] {
	if (model.lifecycle.shutdown === null) return [];
	const next = successorOf(model, new Date(`${model.lifecycle.shutdown}T00:00:00Z`), catalogue);
	if (next === null) return [];
	return model.capabilities.qualities.map((quality) => {
		const like = likeQuality(model, next, quality);
		return [
			model.id,
			described(model, quality),
			next.id,
			like === null ? '' : described(next, like),
		];
	});
}

function described(model: ModelEntry, quality: Quality): string {
	return `${quality} (${estimateOutputTokens(model, quality, SIZES[0]!)?.tokens ?? '?'} tokens, $${usd(model, quality, SIZES[0]!)})`;
}

const HOW_TO_ADD = `## Adding a model

One entry in \`nodes/core/models\`, listed in \`catalogue.ts\`, and its place in the roles if it has one. Nothing else in the code knows a model by its name; a
test sees to it. Leave unknown what is not published: \`prices: null\` gives items whose cost is unknown, never 0. The simulator in \`test/simulator/models\`
has tables of its own, so that the two check each other.

A model that this version does not know can be used by its id; its cost is then unknown.

Without a release: put a JSON file of the same schema (\`nodes/core/models/types.ts\`: \`pricesAsOf\`, \`models\`, \`roles\`) at an address and enter it as *Catalogue URL*
in the credential, or in the options of *Cost: Estimate*. Its entries take the place of those with the same id, its roles that of the roles. It is fetched
without the key, at most 512 kB, remembered for three hours, and checked field by field; whatever is wrong with it, the catalogue of this version is used
and a hint says why. It holds facts of models and nothing else, so it can not change where requests go. But whoever writes it decides which models the roles
mean and what a budget counts: name an address that you trust. What can only be a mistake or an attack is refused: a price of 0, a day that does not exist, a
name that already means another model, and the end of a model that this version holds live where a dearer one would take its place (leave that end out: the API
itself says when a model is gone). \`cost.pricesAsOf\` is the file's day for the models that it has, and this version's for the others. When the address
can't be read any more, the catalogue that was read before goes on being used.`;
