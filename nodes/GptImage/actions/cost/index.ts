import type { INodeProperties } from 'n8n-workflow';
import * as estimate from './estimate.operation';

export const operations = { estimate };

export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['cost'] } },
		options: [estimate.option],
		default: 'estimate',
	},
	...estimate.properties,
];
