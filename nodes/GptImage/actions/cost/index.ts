import type { INodeProperties } from 'n8n-workflow';
import * as estimate from './estimate.operation';
import * as report from './report.operation';

export const operations = { estimate, report };

export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['cost'] } },
		options: [estimate.option, report.option],
		default: 'estimate',
	},
	...estimate.properties,
	...report.properties,
];
