import type { INodeProperties } from 'n8n-workflow';
import * as edit from './edit.operation';
import * as generate from './generate.operation';
import * as promote from './promote.operation';

export const operations = { edit, generate, promote };

export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['image'] } },
		options: [edit.option, generate.option, promote.option],
		default: 'generate',
	},
	...generate.properties,
	...edit.properties,
	...promote.properties,
];
