import type { NodeHint } from 'n8n-workflow';

/** n8n's editor keeps the model of a node whose operation is switched to Promote, though not its quality and size. */
export const promotedByDraft: NodeHint = {
	message:
		"The chosen model is 'Draft', which is meant for cheap drafts. Set 'Model' to 'Final' for better images.",
	type: 'warning',
	location: 'outputPane',
	displayCondition:
		'={{ $rawParameter["mode"] !== undefined && $rawParameter["model"] === "draft" }}',
};

/** Placeholders are written in the prompt first, and a prompt that still has them is paid for. */
export const emptyVariations: NodeHint = {
	message:
		"The prompt has a placeholder in braces, but 'Variations' is empty. Add the placeholder there, or it is sent unchanged.",
	type: 'warning',
	location: 'outputPane',
	whenToDisplay: 'beforeExecution',
	displayCondition:
		'={{ $rawParameter["variations"] !== undefined && !$rawParameter["variations"].axes?.length && /\\{\\s*\\p{L}[\\p{L}\\d _-]*\\}/u.test(String($parameter["prompt"] ?? "")) }}',
};
