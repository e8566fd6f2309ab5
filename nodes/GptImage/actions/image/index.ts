import type { INodeProperties } from 'n8n-workflow';
import * as checkProvenance from './checkProvenance.operation';
import * as edit from './edit.operation';
import * as generate from './generate.operation';
import * as promote from './promote.operation';

export const operations = { checkProvenance, edit, generate, promote };

export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['image'] } },
		options: [checkProvenance.option, edit.option, generate.option, promote.option],
		default: 'generate',
	},
	...checkProvenance.properties,
	...generate.properties,
	...edit.properties,
	...promote.properties,
];
