import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import * as batch from './actions/batch';
import * as cost from './actions/cost';
import * as image from './actions/image';
import { route } from './actions/router';
import { endOfLifeHints } from './fields/endOfLifeHints';
import { routingHints } from './fields/routingHints';
import { searchBatches } from './methods/searchBatches';
import { searchFallbackModels, searchModels } from './methods/searchModels';

export class GptImage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'GPT Image',
		name: 'gptImage',
		icon: { light: 'file:gptImage.svg', dark: 'file:gptImage.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
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
		hints: [...endOfLifeHints(), ...routingHints()],
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
				],
				default: 'image',
			},
			...image.properties,
			...batch.properties,
			...cost.properties,
		],
	};

	methods = { listSearch: { searchBatches, searchFallbackModels, searchModels } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await route(this, this.continueOnFail());
	}
}
