import type { INodeTypeDescription, NodeHint } from 'n8n-workflow';
import { resolveBatchModel } from '../../core/batch/batchModel';
import { CATALOGUE } from '../../core/catalogue/catalogue';
import { noticeFrom, shutdownAt } from '../../core/catalogue/lifecycle';
import { modelForRole } from '../../core/catalogue/resolve';
import { type RoleSpan, roleSpans } from '../../core/catalogue/roleSpans';
import type { ModelEntry } from '../../core/catalogue/types';
import { endNotice } from '../../core/modelChoice/notices';
import { routingAdvice, type RoutingCase } from '../../core/modelChoice/routing';
import { priceWords } from '../../core/pricing/imagePrices';

/** A hint in the editor for each model that ends, shown from 30 days before while it is chosen. */
export function endOfLifeHints(): NodeHint[] {
	return CATALOGUE.models.flatMap((model) => {
		const [from, end] = [noticeFrom(model)?.getTime(), shutdownAt(model)?.getTime()];
		if (from === undefined || end === undefined) return [];
		const chosen = `${JSON.stringify([model.id, ...model.aliases])}.includes($parameter["model"]?.value ?? $parameter["model"])`;
		// Only before a run, because a run brings a hint of its own. With the location 'ndv' n8n shows both.
		const hint = {
			type: 'warning',
			location: 'outputPane',
			whenToDisplay: 'beforeExecution',
		} as const;
		return [
			{
				...hint,
				message: endNotice(model, 'future'),
				displayCondition: `={{ ${chosen} && Date.now() >= ${from} && Date.now() < ${end} }}`,
			},
			{
				...hint,
				message: endNotice(model, 'past'),
				displayCondition: `={{ ${chosen} && Date.now() >= ${end} }}`,
			},
		];
	});
}

/** When a case is there, by what stands in the node's fields. Of several the first one is told of. */
const CONDITIONS: Readonly<Record<RoutingCase, string>> = {
	references:
		'["inputBinaryFields", "inputUrls", "inputFileIds", "inputMixed"].some((name) => /,|\\n/.test(String($parameter[name] ?? "")))',
	fidelity: '$parameter["options"]?.inputFidelity === "high"',
	transparent: '$parameter["options"]?.background === "transparent"',
	text: '$parameter["resource"] === "image" && ["auto", "low"].includes($parameter["quality"]) && /["“«].+["”»]|\\b(text|headline|slogan|caption|lettering|label|logo|sign)\\b/i.test(String($parameter["prompt"] ?? ""))',
};

/**
 * What the catalogue knows of the roles where the choice between them matters; shown while a role is chosen, one at a time.
 */
export function routingHints(): NodeHint[] {
	return routingAdvice(CATALOGUE).map(({ about, from, to, message }) => {
		const now = `Date.now() >= ${from}${to === Infinity ? '' : ` && Date.now() < ${to}`}`;
		const before = Object.entries(CONDITIONS)
			.slice(0, Object.keys(CONDITIONS).indexOf(about))
			.map(([, condition]) => ` && !(${condition})`);
		const role = '["draft", "final"].includes($parameter["model"]?.value ?? $parameter["model"])';
		return {
			message,
			type: 'info',
			location: 'outputPane',
			whenToDisplay: 'beforeExecution',
			displayCondition: `={{ ${role} && ${CONDITIONS[about]}${before.join('')} && ${now} }}`,
		};
	});
}

const LIVE = roleSpans((role, now) => modelForRole(role, now, CATALOGUE).id, CATALOGUE);

const IN_BATCHES = roleSpans(
	(role, now) => resolveBatchModel(role, now, 'successor', CATALOGUE).id,
	CATALOGUE,
);

const INPUTS = '$rawParameter["inputFrom"] !== undefined';

/**
 * Before a run: what an image costs on the chosen model. n8n's hints are fixed texts whose conditions its editor works out, one
 * after the other, when the panel opens: so there is one for a model, with all qualities in it, and not one for each quality.
 */
export function costHints(): NodeHint[] {
	return CATALOGUE.models.flatMap((model) =>
		[false, true].flatMap((hasInputs): NodeHint[] => {
			const message = priceWords(model, hasInputs);
			if (message === null) return [];
			const condition = `${isChosen(model)} && ${hasInputs ? INPUTS : `!(${INPUTS})`}`;
			return [
				{
					message,
					type: 'info',
					location: 'outputPane',
					whenToDisplay: 'beforeExecution',
					displayCondition: `={{ ${condition} }}`,
				},
			];
		}),
	);
}

/** By its ID while it lives, or by a role while that means it. What an expression will give is not known before the run. */
function isChosen(model: ModelEntry): string {
	const byId = `${JSON.stringify([model.id, ...model.aliases])}.includes($rawParameter["model"])${during(0, shutdownAt(model)?.getTime() ?? Infinity)}`;
	const ways = [
		...byRole(model, LIVE).map((role) => `$rawParameter["resource"] === "image" && ${role}`),
		...byRole(model, IN_BATCHES).map(
			(role) => `$rawParameter["operation"] === "submit" && ${role}`,
		),
	];
	return `(["image", "batch"].includes($rawParameter["resource"]) && (${[byId, ...ways].join(' || ')}))`;
}

/** The chosen model is one of these: by its ID, or by a role that means it, live or in a batch. */
export function isOneOf(models: readonly ModelEntry[], resource: 'image' | 'batch'): string {
	const ids = JSON.stringify(models.flatMap(({ id, aliases }) => [id, ...aliases]));
	const spans = resource === 'image' ? LIVE : IN_BATCHES;
	const ways = [
		`${ids}.includes($rawParameter["model"])`,
		...models.flatMap((model) => byRole(model, spans)),
	];
	const isThere = resource === 'image' ? '' : ' && $rawParameter["operation"] === "submit"';
	return `$rawParameter["resource"] === "${resource}"${isThere} && (${ways.join(' || ')})`;
}

const byRole = ({ id }: ModelEntry, spans: readonly RoleSpan[]): string[] =>
	spans
		.filter(({ means }) => means === id)
		.map(({ role, from, to }) => `$rawParameter["model"] === "${role}"${during(from, to)}`);

function during(from: number, to: number): string {
	return [
		from === 0 ? '' : ` && Date.now() >= ${from}`,
		to === Infinity ? '' : ` && Date.now() < ${to}`,
	].join('');
}

/**
 * How many images an input item makes, as an expression of n8n: combinations of words, as core/requests/variations.ts
 * counts them, times 'Number of Images'. NaN where an expression decides, which is known in the run only.
 */
const PER_ITEM = `((count, axes, sample) => {
	const text = (value) => String(value ?? "").trim();
	const isOpen = (value) => text(value).startsWith("=");
	if (isOpen(count) || isOpen(sample) || !Array.isArray(axes) || axes.some((axis) => isOpen(axis?.words))) return NaN;
	const words = (value) => text(value).split(text(value).includes("\\n") ? "\\n" : ",").map((word) => word.trim()).filter((word) => word !== "");
	const all = axes.reduce((product, axis) => product * new Set(words(axis?.words)).size, 1);
	return Number(count) * (Number(sample) > 0 ? Math.min(Number(sample), all) : all);
})($rawParameter["count"] ?? 1, $rawParameter["variations"]?.axes ?? [], $rawParameter["options"]?.variationSample)`.replace(
	/\s*\n\s*/g,
	' ',
);

/** Only where images are made, or would be. */
const IS_ASKED =
	'["image", "batch"].includes($rawParameter["resource"]) && $rawParameter["prompt"] !== undefined';

/** Below the node on the canvas: what it does, and how many images of an item where those are several. */
export const onCanvas: Pick<INodeTypeDescription, 'subtitle'> = {
	subtitle: `={{ ((images) => $parameter["operation"] + ": " + (${IS_ASKED} && images > 1 ? images + " images per item" : $parameter["resource"]))(${PER_ITEM}) }}`,
};

/** Numbers that a hint names; its text is fixed, and its condition is worked out by the editor when the panel opens, so that each costs time. */
const NAMED = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 18, 20, 24];

/** From here on it is worth a warning. */
const MANY = 100;

/** Before a run, where an input item makes more than one image. The number is below the node on the canvas, too, whatever it is. */
export function imagesPerItemHints(): NodeHint[] {
	return [
		...NAMED.map((images) => hintOf(`${images} images`, `=== ${images}`)),
		hintOf(
			'several images',
			`> 1 && images <= ${MANY} && !${JSON.stringify(NAMED)}.includes(images)`,
		),
		hintOf(`more than ${MANY} images`, `> ${MANY}`, 'warning'),
	];
}

function hintOf(images: string, comparison: string, type: 'info' | 'warning' = 'info'): NodeHint {
	return {
		message: `Each input item makes ${images}, and each one is billed: 'Number of Images' for every combination of 'Variations'.`,
		type,
		location: 'outputPane',
		whenToDisplay: 'beforeExecution',
		displayCondition: `={{ ${IS_ASKED} && ((images) => images ${comparison})(${PER_ITEM}) }}`,
	};
}
