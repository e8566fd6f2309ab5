/**
 * Divides the images of one item over as few requests as the limit allows, as evenly as possible:
 * 12 at most 10 a request are 6 and 6.
 * @returns images per request, adding up to `count`
 */
export function splitCount(count: number, maxPerRequest: number): number[] {
	const requests = Math.ceil(count / maxPerRequest);
	const each = Math.floor(count / requests);
	const rest = count % requests;
	return Array.from({ length: requests }, (_, index) => each + (index < rest ? 1 : 0));
}
