import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';
import * as batch from './actions/batch';
import * as cost from './actions/cost';
import * as image from './actions/image';
import * as reference from './actions/reference';
import { route } from './actions/router';
import { formatHints } from './fields/formatHints';
import {
	costHints,
	endOfLifeHints,
	imagesPerItemHints,
	onCanvas,
	routingHints,
} from './fields/hints';
import { emptyVariations, promotedByDraft } from './fields/oversights';
import { searchBatches } from './methods/searchBatches';
import { searchFallbackModels, searchModels } from './methods/searchModels';
import { searchReferences } from './methods/searchReferences';

export class GptImage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image',
		name: 'gptImage',
		icon: { light: 'file:gptImage.svg', dark: 'file:gptImage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		// The same, and how many images an input item makes where those are several; n8n's linter wants to see the line above.
		...onCanvas,
		description:
			'Make and edit images with OpenAI GPT Image models, many at once, with the exact cost of each',
		defaults: { name: 'GPT Image' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// A report sends nothing, and an estimate only if it is to ask the provider.
		credentials: [
			{
				name: 'gptImageApi',
				required: true,
				displayOptions: { hide: { operation: ['report'], askProvider: [false] } },
			},
		],
		hints: [
			...endOfLifeHints(),
			...costHints(),
			...imagesPerItemHints(),
			...routingHints(),
			...formatHints(),
			promotedByDraft,
			emptyVariations,
		],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Batch', value: 'batch' },
					{ name: 'Cost', value: 'cost' },
					{ name: 'Image', value: 'image' },
					{ name: 'Reference', value: 'reference' },
				],
				default: 'image',
			},
			...image.properties,
			...batch.properties,
			...cost.properties,
			...reference.properties,
		],
	};

	methods = { listSearch: { searchBatches, searchFallbackModels, searchModels, searchReferences } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await route(this, this.continueOnFail());
	}
}
