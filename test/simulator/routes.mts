/** Which handler serves which method and path. New endpoint groups add their rows here. */
import { cancelBatch, createBatch, listBatches, retrieveBatch } from './endpoints/batches.mts';
import {
	createFile,
	deleteFile,
	fileContent,
	listFiles,
	retrieveFile,
} from './endpoints/files.mts';
import { createImage, editImage } from './endpoints/images.mts';
import { listAllModels, retrieveModel } from './endpoints/models.mts';
import { checkProvenance } from './endpoints/provenance.mts';
import { costs, usageOfImages } from './endpoints/organization.mts';
import {
	createWebhook,
	deleteWebhook,
	listWebhooks,
	retrieveWebhook,
	rotateSecret,
	testWebhook,
	updateWebhook,
} from './endpoints/webhooks.mts';
import type { Answer } from './http/answer.mts';
import type { Exchange } from './http/exchange.mts';

export type Handler = (exchange: Exchange) => Promise<Answer>;

interface Route {
	method: string;
	/** `*` stands for one path segment. */
	path: string;
	handler: Handler;
}

const ROUTES: readonly Route[] = [
	{ method: 'GET', path: '/v1/models', handler: listAllModels },
	{ method: 'GET', path: '/v1/models/*', handler: retrieveModel },
	{ method: 'POST', path: '/v1/images/generations', handler: createImage },
	{ method: 'POST', path: '/v1/images/edits', handler: editImage },
	{ method: 'POST', path: '/v1/batches', handler: createBatch },
	{ method: 'GET', path: '/v1/batches', handler: listBatches },
	{ method: 'GET', path: '/v1/batches/*', handler: retrieveBatch },
	{ method: 'POST', path: '/v1/batches/*/cancel', handler: cancelBatch },
	{ method: 'POST', path: '/v1/webhook_endpoints', handler: createWebhook },
	{ method: 'GET', path: '/v1/webhook_endpoints', handler: listWebhooks },
	{ method: 'GET', path: '/v1/webhook_endpoints/*', handler: retrieveWebhook },
	{ method: 'POST', path: '/v1/webhook_endpoints/*', handler: updateWebhook },
	{ method: 'DELETE', path: '/v1/webhook_endpoints/*', handler: deleteWebhook },
	{ method: 'POST', path: '/v1/webhook_endpoints/*/rotate_secret', handler: rotateSecret },
	{ method: 'POST', path: '/v1/webhook_endpoints/*/test', handler: testWebhook },
	{ method: 'POST', path: '/v1/files', handler: createFile },
	{ method: 'GET', path: '/v1/files', handler: listFiles },
	{ method: 'GET', path: '/v1/files/*', handler: retrieveFile },
	{ method: 'DELETE', path: '/v1/files/*', handler: deleteFile },
	{ method: 'GET', path: '/v1/files/*/content', handler: fileContent },
	{ method: 'POST', path: '/v1/content_provenance_checks', handler: checkProvenance },
	{ method: 'GET', path: '/v1/organization/costs', handler: costs },
	{ method: 'GET', path: '/v1/organization/usage/images', handler: usageOfImages },
];

/** A malformed escape stands for itself, and then for nothing that exists. */
function decoded(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}

function match(pattern: string, path: string): string[] | undefined {
	const wanted = pattern.split('/');
	const given = path.split('/');
	if (wanted.length !== given.length) return undefined;
	const params: string[] = [];
	for (const [index, segment] of wanted.entries()) {
		const value = given[index] ?? '';
		if (segment === '*' && value !== '') params.push(decoded(value));
		else if (segment !== value) return undefined;
	}
	return params;
}

export function findRoute(
	method: string,
	path: string,
): { handler: Handler; params: string[]; isImage: boolean } | undefined {
	for (const route of ROUTES) {
		const params = route.method === method ? match(route.path, path) : undefined;
		if (params)
			return { handler: route.handler, params, isImage: route.path.startsWith('/v1/images/') };
	}
	return undefined;
}
