/** SVGs that try to run or to load something, in a real browser: on the review page, by their own address, in the report. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostileSvgs, type HostileSvg } from '../fixtures/svg/hostile.mts';
import { nodeOutput } from '../n8n/harness/index.mts';
import { REVIEW, ReviewStage } from './reviewStage.mts';

let stage: ReviewStage;
let trap: Server;
/** Whatever a file has asked for. */
const caught: string[] = [];
/** Pages that are asked for by their number. */
const pages: string[] = [];
let address: string;
let files: HostileSvg[];
beforeAll(async () => {
	trap = createServer((request, response) => {
		const page = pages[Number(/^\/page\/(\d+)$/.exec(request.url ?? '')?.[1])];
		if (page === undefined) caught.push(request.url ?? '');
		else response.setHeader('Content-Type', 'text/html; charset=utf-8');
		response.end(page);
	});
	await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
	address = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;
	files = hostileSvgs(address);
	stage = await ReviewStage.open();
});
afterAll(async () => {
	await stage.close();
	await new Promise((resolve) => trap.close(resolve));
});

/** How long what a page starts by itself may take, in ms. */
const SETTLE_MS = 500;

/** From where what a page asks for can be reached. */
const show = async (html: string) => await stage.visit(`${address}/page/${pages.push(html) - 1}`);

const isHacked = 'document.title === "hacked" || "hacked" in window';

it('the trap catches what runs where it may', async () => {
	const script = files.find(({ name }) => name === 'script')!;
	const page = await show(script.bytes.toString());
	await page.page.waitForFunction(isHacked);
	await page.page.waitForTimeout(SETTLE_MS);

	expect(caught.splice(0)).toContain('/script');
	await page.close();
}, 60_000);

it('none of the hostile SVGs runs or loads anything: as a picture, large, by its own address, in the report', async () => {
	expect(files.length).toBeGreaterThanOrEqual(20);
	const shown = files.filter(({ isSvg }) => isSvg);
	const review = await stage.openSvgs(files.map(({ bytes }) => bytes));
	const { page } = review;

	// What is no SVG is a file without a type, which is no picture.
	const drafts = nodeOutput(review.execution, 'Drafts').items.map(({ binary }) => binary!['data']!);
	expect(drafts.map(({ mimeType, fileExtension }) => [mimeType, fileExtension])).toEqual(
		files.map(({ isSvg }) =>
			isSvg ? ['image/svg+xml', 'svg'] : ['application/octet-stream', 'bin'],
		),
	);
	const cards = page.locator('.grid li');
	expect(await cards.count()).toBe(shown.length);
	for (let index = 0; index < shown.length; index += 1) {
		await cards.nth(index).scrollIntoViewIfNeeded();
		await cards.nth(index).locator('.zoom').click();
		await page.locator('dialog[open] img').waitFor();
		await page.keyboard.press('Escape');
	}
	await page.waitForFunction(() =>
		[...document.querySelectorAll<HTMLImageElement>('.grid img')].every(({ complete }) => complete),
	);
	const drawn = await page.evaluate(
		() =>
			[...document.querySelectorAll<HTMLImageElement>('.grid img')].filter(
				({ naturalWidth }) => naturalWidth > 0,
			).length,
	);
	// Some are no XML, so that no browser draws them.
	expect(drawn).toBeGreaterThan(shown.length / 2);
	await page.waitForTimeout(SETTLE_MS);
	expect(await page.evaluate(isHacked)).toBe(false);

	const addresses = await page
		.locator('.grid img')
		.evaluateAll((images) => images.map((image) => (image as HTMLImageElement).src));
	for (const image of addresses) {
		const document = await review.context.newPage();
		const answer = await document.goto(image);
		const { 'content-type': type, 'content-security-policy': policy } = answer!.headers();
		expect([type, policy]).toEqual([
			'image/svg+xml',
			"sandbox; default-src 'none'; style-src 'unsafe-inline'",
		]);
		expect(await document.title()).not.toBe('hacked');
		await document.close();
	}

	await page.waitForTimeout(SETTLE_MS);
	const report = await show(review.report);
	expect(await report.page.locator('.picture').count()).toBe(shown.length);
	await report.page.waitForTimeout(SETTLE_MS);
	expect(await report.page.evaluate(isHacked)).toBe(false);

	expect(caught).toEqual([]);
	const own = [`http://${stage.host}/`, `${address}/page/`, 'data:'];
	const asked = [...review.requests, ...report.requests];
	expect(asked.filter((url) => !own.some((start) => url.startsWith(start)))).toEqual([]);

	await cards.first().locator('input').first().check();
	await page.getByRole('button', { name: 'Send my picks' }).click();
	await page.getByRole('heading', { name: 'Thank you' }).waitFor();
	const { outputs } = nodeOutput(await review.ended(), REVIEW);
	expect(outputs[0]!.map(({ binary }) => binary!['data']!.mimeType)).toEqual(['image/svg+xml']);
	await report.close();
	await review.close();
}, 300_000);
