import type { NodeHint } from 'n8n-workflow';
import { routingAdvice, type RoutingCase } from '../../core/models/routing';

/** When a case is there, by what stands in the node's fields. */
const CONDITIONS: Readonly<Record<RoutingCase, string>> = {
	references:
		'$parameter["inputBinaryFields"] !== undefined && String($parameter["inputBinaryFields"] ?? "").includes(",")',
	fidelity: '$parameter["options"]?.inputFidelity === "high"',
	text: '$parameter["resource"] === "image" && ["auto", "low"].includes($parameter["quality"]) && /["“«].+["”»]|\\b(text|headline|slogan|caption|lettering|label|logo|sign)\\b/i.test(String($parameter["prompt"] ?? ""))',
	transparent: '$parameter["options"]?.background === "transparent"',
};

/** What the catalogue knows of the roles where the choice between them matters; shown while a role is chosen. */
export function routingHints(): NodeHint[] {
	return routingAdvice().map(({ about, from, to, message }) => {
		const now = `Date.now() >= ${from}${to === Infinity ? '' : ` && Date.now() < ${to}`}`;
		const role = '["draft", "final"].includes($parameter["model"]?.value ?? $parameter["model"])';
		return {
			message,
			type: 'info',
			location: 'outputPane',
			whenToDisplay: 'beforeExecution',
			displayCondition: `={{ ${role} && ${CONDITIONS[about]} && ${now} }}`,
		};
	});
}
