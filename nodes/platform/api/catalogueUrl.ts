import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { CATALOGUE } from '../../core/catalogue/catalogue';
import type { Catalogue } from '../../core/catalogue/types';
import { onOneLine } from '../../core/failures/errorText';
import { MAX_CATALOGUE_BYTES, readCatalogueFile } from '../../core/modelChoice/catalogueFile';
import { checkBaseUrl } from '../../core/providers/baseUrl';
import { wordsOf } from '../../core/util/text';
import type { RequestContext } from '../http/http';
import { KEPT_AFTER_FAILURE_MS, KEPT_MS, TimedCache } from '../n8n/timedCache';

const TIMEOUT_MS = 10_000;

/** The catalogue to use, and why the one that was asked for is not used; `null` = it is, or none was asked for. */
export interface CatalogueSource {
	catalogue: Catalogue;
	problem: string | null;
}

const cache = new TimedCache<CatalogueSource>();

/**
 * A catalogue from an address that the user names, without a key; whatever is wrong with it, ours is used.
 * @param url empty = none
 */
export async function catalogueFrom(
	context: RequestContext,
	url: string,
): Promise<CatalogueSource> {
	if (url === '') return { catalogue: CATALOGUE, problem: null };
	const known = cache.get(url);
	if (known !== null) return known;
	const read = await readFrom(context, url);
	const source =
		'problem' in read
			? withoutIt(url, read.problem, cache.stale(url)?.catalogue ?? CATALOGUE)
			: { catalogue: read.catalogue, problem: null };
	cache.set(url, source, source.problem === null ? KEPT_MS : KEPT_AFTER_FAILURE_MS);
	return source;
}

/** @param instead the one that was read from there before, or ours */
function withoutIt(url: string, problem: string, instead: Catalogue): CatalogueSource {
	const words =
		instead === CATALOGUE
			? 'is not used'
			: 'could not be read again, so the version read earlier is still used';
	return { catalogue: instead, problem: `The catalogue at ${shown(url)} ${words}: ${problem}.` };
}

async function readFrom(
	context: RequestContext,
	url: string,
): Promise<{ catalogue: Catalogue } | { problem: string }> {
	const address = checkBaseUrl(url);
	if (!address.ok)
		return {
			problem:
				'its address must be https, or http in your own network. It must not be a metadata service or contain a user name, ? or #',
		};
	try {
		const text = await download(context, address.url);
		if (text === null)
			return notThere(context, url, `it is larger than ${MAX_CATALOGUE_BYTES / 1024} kB`);
		const checked = readCatalogueFile(text, new Date(), CATALOGUE);
		if (checked.ok) return { catalogue: checked.catalogue };
		return text.includes('"pricesAsOf"')
			? { problem: checked.problem }
			: notThere(context, url, checked.problem);
	} catch (error) {
		return notThere(context, url, wordsOf(error));
	}
}

/** The same whatever is there, so that nobody can look around in n8n's network with it; n8n's log says more. */
function notThere({ logger }: RequestContext, url: string, why: string): { problem: string } {
	logger.debug(onOneLine(`GPT Image: the catalogue at ${shown(url)} is not used: ${why}`, 1000));
	return { problem: `no catalogue of at most ${MAX_CATALOGUE_BYTES / 1024} kB was found there` };
}

/** @returns `null` = it is too large; no more than that is read */
async function download(context: RequestContext, url: string): Promise<string | null> {
	const options: IHttpRequestOptions = {
		url,
		encoding: 'stream',
		returnFullResponse: true,
		disableFollowRedirect: true,
		timeout: TIMEOUT_MS,
	};
	const { body } = (await context.helpers.httpRequest(options)) as IN8nHttpFullResponse;
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of body as unknown as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > MAX_CATALOGUE_BYTES) return null;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** Without what may be a secret in it. */
const shown = (url: string): string =>
	url.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1…@').replace(/[?#].*$/, '?…');
