import type { OutputFormat, PriceList, ProviderPages } from '../catalogue/types';

/** What a provider has. What it lacks is refused before anything is sent. */
interface Offers {
	mask: boolean;
	/** Keeps files, whose IDs an edit may name in the place of images. */
	files: boolean;
	/** Fetches the images of an edit itself, from addresses. */
	imageUrls: boolean;
	markup: boolean;
	batch: boolean;
	/** Batches are known to be billed at half. */
	batchDiscount: boolean;
	webhooks: boolean;
	/** Looks for C2PA and SynthID in an image. */
	provenanceChecks: boolean;
	/** A list of models that tells which ones the key may use. */
	modelList: boolean;
}

/** What a GET shows whether a key is right, without making anything. */
export interface KeyCheck {
	path: string;
	/** Nothing that a good key finds is known there: whatever is not a refusal of the key will do. */
	onlyRefusals?: true;
}

/** A service that runs the models: where requests go, how they are signed, what is there. A new provider is one file in `providers/`. */
export interface Provider {
	id: string;
	name: string;
	/** Its name in a sentence, where that is another one. */
	nameInSentence?: string;
	pages: ProviderPages;
	/** Used when the credential names none; no trailing slash. `null` = every customer has an address of their own. */
	baseUrl: string | null;
	/** Header that carries the key. */
	authHeader: (apiKey: string) => Record<string, string>;
	/** How it is spoken to: `openai`, or a name in nodes/platform/providers/registry.ts. */
	style: string;
	/** What stands there before the id of a model. */
	modelPrefix: string;
	/** The only models that it has, by our ids; absent = whatever it lists. */
	models?: Readonly<Record<string, string>>;
	/** The only output formats that its pages name; absent = whatever its models make. */
	formats?: readonly OutputFormat[];
	/** Names of request parameters that it refuses. */
	notTaken: readonly string[];
	/** Sent with each request. */
	extraParameters: Readonly<Record<string, string>>;
	/** Most images that one request may ask for, where that is less than the model makes. */
	maxImagesPerRequest?: number;
	/** Hosts, with those below them, that results may be fetched from, beside its own address. */
	resultHosts: readonly string[];
	/** What an image costs where nothing is stated. */
	priceList?: PriceList;
	/** Customers give models names of their own there. */
	hasDeployments: boolean;
	offers: Offers;
	/** Says what a request would cost without making anything (`?dryRun=true`). */
	quotes?: true;
	/** Its answers state what they cost, which then counts. */
	statesCost: boolean;
	keyCheck: KeyCheck;
	/** Titles or addresses of the pages that the facts are from. */
	sources: readonly string[];
}
