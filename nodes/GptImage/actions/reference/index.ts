import type { INodeProperties } from 'n8n-workflow';
import * as remove from './delete.operation';
import * as getAll from './getAll.operation';
import * as upload from './upload.operation';

export const operations = { delete: remove, getAll, upload };

export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['reference'] } },
		options: [remove.option, getAll.option, upload.option],
		default: 'upload',
	},
	...upload.properties,
	...getAll.properties,
	...remove.properties,
];
