import type { INodeProperties } from 'n8n-workflow';
import { inputImageFields } from './inputImages';
import { modelFields } from './model';
import { promoteFields } from './promote';
import { promptField } from './prompt';
import { qualityField } from './quality';
import { showWhen } from './show';
import { sizeFields } from './size';
import { variationsField } from './variations';

/** Everything but promoting. */
const MADE_ANEW = ['generate', 'edit'];

/** Behind a field that says how images are made: the fields of the operation that makes them so. */
export const fieldsByEndpoint: INodeProperties[] = [
	...showWhen('endpoint', 'promote', promoteFields),
	...showWhen('endpoint', MADE_ANEW, modelFields('draft')),
	...showWhen('endpoint', 'edit', inputImageFields),
	...showWhen('endpoint', MADE_ANEW, [promptField('e.g. {{ $json.prompt }}')]),
	...showWhen('endpoint', 'generate', [variationsField]),
	...showWhen('endpoint', MADE_ANEW, [qualityField, ...sizeFields]),
];
