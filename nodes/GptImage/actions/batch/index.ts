import type { INodeProperties } from 'n8n-workflow';
import * as cancel from './cancel.operation';
import * as collect from './collect.operation';
import * as get from './get.operation';
import * as getAll from './getAll.operation';
import * as submit from './submit.operation';

export const operations = { cancel, collect, get, getAll, submit };

export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['batch'] } },
		options: [cancel.option, collect.option, get.option, getAll.option, submit.option],
		default: 'submit',
	},
	...submit.properties,
	...collect.properties,
	...get.properties,
	...getAll.properties,
	...cancel.properties,
];
