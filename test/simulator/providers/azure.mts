/**
 * Azure OpenAI ("Azure OpenAI REST API reference"): the header `api-key`, deployments instead of models, and two
 * addresses: `/openai/v1/…`, and `/openai/deployments/<name>/…` with `api-version`.
 */
import { ApiError } from '../errors.mts';
import type { ProviderQuirks } from './index.mts';

const DEPLOYMENT = /^\/openai\/deployments\/([^/]+)\/(images\/(?:generations|edits))$/;

const notFound = (code: string, message: string): ApiError =>
	new ApiError(404, { message, type: null, param: null, code });

export const azure: ProviderQuirks = {
	checkKey: (headers, key) => {
		if (headers['api-key'] === key && headers.authorization === undefined) return;
		const message =
			'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.';
		throw new ApiError(401, { message, type: null, param: null, code: '401' });
	},
	path: (url) => {
		const [, , rest] = DEPLOYMENT.exec(url.pathname) ?? [];
		if (rest !== undefined && url.searchParams.get('api-version')) return `/v1/${rest}`;
		if (url.pathname === '/openai/models' && url.searchParams.get('api-version'))
			return '/v1/models';
		if (/^\/openai\/v1\/(?:images\/(?:generations|edits)|models)$/.test(url.pathname))
			return url.pathname.replace('/openai', '');
		throw notFound('404', 'Resource not found');
	},
	model: (name, url, deployments) => {
		const [, inPath] = DEPLOYMENT.exec(url.pathname) ?? [];
		const model = deployments[decodeURIComponent(inPath ?? String(name))];
		if (model === undefined)
			throw notFound(
				'DeploymentNotFound',
				'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
			);
		return model;
	},
	listed: ({ id }) => ({ id, object: 'model', lifecycle_status: 'generally-available' }),
	extras: () => ({}),
};
