import type { IBinaryData, IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';
import { endOfLink, isLocalLink } from '../../core/images/signedLink';
import { presentable } from '../../core/failures/errorText';
import { type Problem, showValue } from '../../core/requests/parameters';
import { wordsOf } from '../../core/util/text';
import { hint } from './hints';

/** What an image's item says of its link; `null` = n8n could not make one. */
export interface LinkFields {
	[name: string]: string | null;
	url: string | null;
	/** ISO 8601. */
	urlExpiresAt: string | null;
}

/** What of n8n makes links; n8n before 1.90 does not know how. */
interface Linking {
	helpers: Partial<Pick<IExecuteFunctions['helpers'], 'createBinarySignedUrl'>>;
}

const USUAL_HOURS = 24;

/** A year. */
const MOST_HOURS = 8760;

/** How long a link shall last, in hours, as it was filled in; `null` = no link is wanted. */
export const wantedLink = ({ addLink, linkExpires }: Record<string, unknown>): unknown =>
	addLink === true ? (linkExpires ?? USUAL_HOURS) : null;

/** What is wrong with it. */
export function linkProblems(hours: unknown): Problem[] {
	if (hours === null || isUsable(hours)) return [];
	const message = `'Link Expires After (Hours)' is ${showValue(hours)}. It must be a number above 0, and at most ${MOST_HOURS.toLocaleString('en-US')}, which is a year.`;
	return [{ field: 'linkExpires', message }];
}

const isUsable = (hours: unknown): boolean =>
	['number', 'string'].includes(typeof hours) && Number(hours) > 0 && Number(hours) <= MOST_HOURS;

/** Makes links to the images of a run, and says once what is wrong with them. */
export class Links {
	private readonly context: Linking;

	private remark: NodeExecutionHint | null = null;

	constructor(context: Linking) {
		this.context = context;
	}

	/** Never throws: by now the image is paid for. @param hours as `wantedLink` gives them */
	of(binary: IBinaryData, hours: unknown): LinkFields | undefined {
		if (hours === null) return undefined;
		const url = this.signed(binary, Math.max(1, Math.round(Number(hours) * 3600)));
		if (url !== null && isLocalLink(url)) this.remark ??= hint('info', LOCAL(originOf(url)));
		return { url, urlExpiresAt: url === null ? null : endOfLink(url) };
	}

	hints(): NodeExecutionHint[] {
		return this.remark === null ? [] : [this.remark];
	}

	private signed(binary: IBinaryData, seconds: number): string | null {
		const { helpers } = this.context;
		if (typeof helpers.createBinarySignedUrl !== 'function')
			this.remark ??= hint('warning', TOO_OLD);
		else if (!binary.id) this.remark ??= hint('warning', NOT_STORED);
		else
			try {
				return helpers.createBinarySignedUrl(binary, `${seconds}s`);
			} catch (error) {
				this.remark ??= hint('warning', NOT_MADE(presentable(wordsOf(error))));
			}
		return null;
	}
}

/** n8n's settings give it, so it may be no address at all. */
const originOf = (url: string): string => url.split('/', 3).join('/');

const TOO_OLD =
	"'Add a Link' is on, but this version of n8n can't create links to its files. Update n8n to 1.90 or newer. The images themselves are not affected.";

const NOT_STORED =
	"'Add a Link' is on, but this n8n keeps files inside the items, so they have no address. Set N8N_DEFAULT_BINARY_DATA_MODE to filesystem, s3 or database. The images themselves are not affected.";

const NOT_MADE = (why: string): string =>
	`'Add a Link' is on, but n8n could not make the link: ${why.replace(/\.$/, '')}. The images themselves are not affected.`;

const LOCAL = (origin: string): string =>
	`The links begin with ${origin}, which opens only on the computer that n8n runs on. Set WEBHOOK_URL to n8n's public address, on each worker as well, and restart n8n.`;
