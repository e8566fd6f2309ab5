import { nodeOutput, type Execution } from '../n8n/harness/index.mts';
import { takePicture } from './pictures.mts';
import {
	hostilePrompts,
	imagesAskedFor,
	imagesLoaded,
	PHONE,
	REVIEW,
	ReviewStage,
	SCENES,
	seriousProblems,
} from './reviewStage.mts';

let stage: ReviewStage;
beforeAll(async () => {
	stage = await ReviewStage.open();
});
beforeEach(() => stage.reset());
afterAll(async () => await stage.close());

describe('the review page', () => {
	it('pick two, change a prompt, leave a note, and the workflow goes on with exactly those', async () => {
		const review = await stage.openReview(SCENES, {
			title: 'Spring campaign',
			message: 'Two for the landing page, please.\nNo people.',
			minPicks: 2,
			maxPicks: 2,
		});
		const { page } = review;
		await imagesLoaded(page, 6);
		expect(await page.locator('#send').getAttribute('aria-disabled')).toBe('true');
		await page.getByRole('checkbox', { name: 'Draft 2' }).check();
		await page.locator('.grid li', { hasText: SCENES[4]! }).locator('img').click();
		expect(await page.locator('#count').innerText()).toBe('2 of 6 picked (maximum reached)');
		expect(await page.locator('#price').innerText()).toBe('Refining them: about $0.1219');
		expect(await page.locator('.grid input:disabled').count()).toBe(4);

		const card = page.locator('.grid li').nth(1);
		await card.getByText('Note or prompt').click();
		await card.getByLabel('Note').fill('more contrast');
		await card.getByLabel('Prompt').fill('a moonlit lake, wide');
		expect(review.noise).toEqual([]);
		await page.setViewportSize({ width: 1280, height: 1130 });
		await page.evaluate(() => scrollTo(0, 0));
		await takePicture(page, 'review', { x: 0, y: 0, width: 1280, height: 1130 });
		await page.getByRole('button', { name: 'Send my picks' }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();
		expect(await page.locator('main').innerText()).toContain('2 of 6 picked');

		const { outputs } = nodeOutput(await review.ended(), REVIEW);
		expect(outputs[0]!.map(({ json }) => [json['prompt'], json['review']])).toMatchObject([
			[
				'a moonlit lake, wide',
				{ picked: true, note: 'more contrast', originalPrompt: 'a moonlit lake' },
			],
			[SCENES[4], { picked: true, note: '' }],
		]);
		expect(outputs[1]).toHaveLength(4);
		await review.close();
	});

	it('with the keyboard alone: arrows, space, enter for the large view', async () => {
		const review = await stage.openReview(SCENES.slice(0, 4));
		const { page } = review;
		await imagesLoaded(page, 4);
		await page.locator('.grid input').first().focus();
		await page.keyboard.press('ArrowRight');
		await page.keyboard.press('Space');
		await page.keyboard.press('Enter');
		const large = page.locator('dialog[open]');
		await large.waitFor();
		expect(await large.locator('p').innerText()).toBe(SCENES[1]);
		expect(await large.locator('#pick').getAttribute('aria-pressed')).toBe('true');
		await page.keyboard.press('ArrowRight');
		await large.locator('p', { hasText: SCENES[2]! }).waitFor();
		await page.keyboard.press('Space');
		expect(await large.locator('#pick').innerText()).toBe('Picked');
		expect(await large.locator('p').innerText()).toBe(SCENES[2]);
		await page.keyboard.press('Escape');
		await page.waitForFunction(() => (document.activeElement as HTMLInputElement).value === '2');
		expect(await page.locator('#count').innerText()).toBe('2 of 4 picked');
		await page.keyboard.press('End');
		expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('3');
		await page.getByRole('button', { name: 'Send my picks' }).press('Enter');
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();

		expect(nodeOutput(await review.ended(), REVIEW).outputs.map((items) => items.length)).toEqual([
			2, 2,
		]);
		await review.close();
	});

	it('100 drafts: small page, images only as they come into view, nothing from anywhere else, nothing that axe finds serious', async () => {
		const long =
			' with a long story about where the light comes from, what stands in the background, which lens is used and how the colours play together'.repeat(
				3,
			);
		const review = await stage.openReview(
			Array.from({ length: 100 }, (_, index) => `${SCENES[index % 6]!}, ${index}${long}`),
		);
		const { page } = review;
		await imagesLoaded(page, 6);
		await page.waitForTimeout(300);
		expect((await (await fetch(page.url())).arrayBuffer()).byteLength).toBeLessThan(100_000);
		expect(await page.locator('.grid li').count()).toBe(100);
		expect(imagesAskedFor(review.requests).length).toBeLessThan(50);
		await page.locator('.grid li').nth(99).scrollIntoViewIfNeeded();
		await page.waitForFunction(
			() => [...document.querySelectorAll<HTMLImageElement>('.grid img')].at(-1)?.naturalWidth,
		);
		expect(imagesAskedFor(review.requests)).toContain(99);

		// What does not fit the page is fetched when somebody looks.
		await page
			.locator('.grid li')
			.nth(99)
			.getByRole('button', { name: 'Enlarge draft 100' })
			.click();
		await page.locator('dialog p', { hasText: `99${long}` }).waitFor();
		await page.keyboard.press('Escape');
		expect(new Set(review.requests.map((url) => new URL(url).host))).toEqual(new Set([stage.host]));
		expect(review.noise).toEqual([]);
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme });
			expect(await seriousProblems(page)).toEqual([]);
		}
		await review.close();
	}, 180_000);

	it('on a phone: two columns, nothing wider than the screen, touch to pick and to enlarge', async () => {
		const review = await stage.openReview(
			SCENES,
			{ title: 'Spring campaign' },
			{ ...PHONE, colorScheme: 'dark' },
		);
		const { page } = review;
		await imagesLoaded(page, 2);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
			390,
		);
		expect(
			await page.evaluate(
				() =>
					new Set(
						[...document.querySelectorAll<HTMLElement>('.grid li')].map(
							({ offsetLeft }) => offsetLeft,
						),
					).size,
			),
		).toBe(2);
		await page.locator('.grid li img').first().tap();
		expect(await page.locator('#count').innerText()).toBe('1 of 6 picked');
		await page.getByRole('button', { name: 'Enlarge draft 1' }).tap();
		await page.locator('dialog[open] img').waitFor();
		const box = await page.locator('dialog[open]').boundingBox();
		expect(box!.width).toBeLessThanOrEqual(390);
		await page.locator('#close').tap();
		await page.evaluate(() => scrollTo(0, 0));
		expect(review.noise).toEqual([]);
		await takePicture(page, 'review-phone', { x: 0, y: 0, width: 390, height: 844 });
		expect(await seriousProblems(page)).toEqual([]);

		// Phones zoom in on smaller letters when somebody begins to write.
		await page.locator('.grid li').first().getByText('Note or prompt').tap();
		const note = page.locator('.grid li .note').first();
		expect(await note.evaluate((field) => getComputedStyle(field).fontSize)).toBe('16px');
		const heights = [];
		for (const words of ['short', 'a long note about the light '.repeat(20)]) {
			await note.fill(words);
			heights.push((await note.boundingBox())!.height);
		}
		expect(heights[1]).toBeGreaterThan(2 * heights[0]!);
		expect(heights[1]).toBeLessThanOrEqual(844 * 0.4);
		await review.close();
	});

	it('a single draft is shown large', async () => {
		const review = await stage.openReview(SCENES.slice(0, 1));
		await imagesLoaded(review.page, 1);
		expect((await review.page.locator('.grid img').boundingBox())!.width).toBeGreaterThan(500);
		await review.page.setViewportSize({ width: 390, height: 844 });
		expect((await review.page.locator('.grid img').boundingBox())!.width).toBeGreaterThan(350);
		await review.close();
	});

	it('in the dark', async () => {
		const review = await stage.openReview(
			SCENES,
			{ title: 'Spring campaign', timeLimit: 90 },
			{ colorScheme: 'dark' },
		);
		await imagesLoaded(review.page, 6);
		await review.page.locator('.grid li img').nth(2).click();
		await takePicture(review.page, 'review-dark', { x: 0, y: 0, width: 1280, height: 860 });
		await review.close();
	});

	it('40 prompts that try to run as script: none does, and the page shows them as they are', async () => {
		const hostile = hostilePrompts();
		const review = await stage.openReview(hostile, { title: hostile[0]!, message: hostile[1]! });
		const { page } = review;
		await imagesLoaded(page, 3);
		for (const at of [0, 5, 11]) {
			await page.locator('.grid li input').nth(at).check();
			await page.locator('.grid li').nth(at).getByText('Note or prompt').click();
			await page
				.locator('.grid li')
				.nth(at)
				.getByRole('button', { name: /^Enlarge/ })
				.click();
			await page.locator('dialog[open] p').waitFor();
			await page.keyboard.press('Escape');
		}
		expect(await page.evaluate(() => (globalThis as { hacked?: unknown }).hacked)).toBeUndefined();
		expect(await page.locator('script').count()).toBe(1);
		expect(await page.locator('.grid li p').allInnerTexts()).toHaveLength(40);
		expect(await page.locator('.grid li p').nth(3).textContent()).toBe(hostile[3]);
		expect(await page.title()).toBe(hostile[0]);
		expect(review.noise).toEqual([]);
		await page.getByRole('button', { name: 'Send my picks' }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();
		expect(
			nodeOutput(await review.ended(), REVIEW).outputs[0]!.map(({ json }) => json['prompt']),
		).toEqual([hostile[0], hostile[5], hostile[11]]);
		await review.close();
	}, 120_000);

	it('an access code is asked for first; with it the page is as ever, also after a reload', async () => {
		const review = await stage.openReview(SCENES.slice(0, 2), { accessCode: 'correct horse' });
		const { page } = review;
		expect(await page.locator('img').count()).toBe(0);
		await page.getByLabel('Access code').fill('something else');
		await page.getByRole('button', { name: 'Open' }).click();
		await page.getByText('This access code is not correct.').waitFor();
		expect(await seriousProblems(page)).toEqual([]);
		await page.getByLabel('Access code').fill('correct horse');
		await page.getByLabel('Access code').press('Enter');
		await imagesLoaded(page, 2);
		await page.reload();
		await imagesLoaded(page, 2);
		await page.locator('.grid li input').first().check();
		await page.getByRole('button', { name: 'Send my picks' }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();

		expect(nodeOutput(await review.ended(), REVIEW).outputs.map((items) => items.length)).toEqual([
			1, 1,
		]);
		await review.close();
	});

	it('when the time is up, the page says so and sends nothing', async () => {
		const review = await stage.openReview(SCENES.slice(0, 2), { timeLimit: 0.06 });
		const { page } = review;
		const sent: string[] = [];
		page.on('request', (request) => {
			if (request.method() === 'POST') sent.push(request.url());
		});
		await page.locator('.grid li input').first().check();
		const notice = page.getByRole('dialog', { name: 'The time for this review is over' });
		await notice.waitFor();
		expect(await notice.getByLabel('What you chose and wrote').inputValue()).toBe(
			'Draft 1: picked',
		);
		await notice.getByRole('button', { name: 'Back to the page' }).click();
		expect(await page.locator('#count').innerText()).toBe('The time for this review is over');
		for (const name of ['Send my picks', 'None of these']) {
			await page.getByRole('button', { name }).click({ force: true });
			await notice.getByRole('button', { name: 'Back to the page' }).click();
		}
		expect(sent).toEqual([]);
		await review.close();
	});
});

/** Of both outputs: prompt, and what the review says. */
const decided = (execution: Execution): unknown[][] =>
	nodeOutput(execution, REVIEW).outputs.map((items) =>
		items.map(({ json }) => [json['prompt'], json['review']]),
	);

describe('whatever happens to an answer, the page keeps what was picked and written', () => {
	it('of two people, the second sees on the same page that the first was faster, and can copy their words', async () => {
		const review = await stage.openReview(SCENES.slice(0, 3));
		const other = await review.another({ permissions: [] });
		await other.page.locator('.grid li input').nth(1).check();
		// Before the prompt is there, nothing can be written that it would replace.
		const tooEarly = await other.page
			.locator('.grid li')
			.nth(1)
			.evaluate((card) => {
				card.querySelector('details')!.open = true;
				return card.querySelector<HTMLTextAreaElement>('.prompt')!.disabled;
			});
		expect(tooEarly).toBe(true);
		await other.page.locator('.grid li').nth(1).getByLabel('Prompt').fill('a moonlit lake, wide');
		await other.page.locator('.grid li').nth(2).getByText('Note').first().click();
		await other.page.locator('.grid li').nth(2).getByLabel('Note').fill('too plain');
		await review.page.locator('.grid li input').first().check();
		await review.page.getByRole('button', { name: 'Send my picks' }).click();
		await review.page.getByRole('heading', { name: 'Thank you' }).waitFor();
		const execution = await review.ended();

		await other.page.getByRole('button', { name: 'Send my picks' }).click();
		const notice = other.page.getByRole('dialog', { name: 'Already answered' });
		await notice.waitFor();
		expect(await notice.getByLabel('What you chose and wrote').inputValue()).toBe(
			'Draft 2: picked\nPrompt: a moonlit lake, wide\n\nDraft 3\nNote: too plain',
		);
		expect(await notice.getByRole('button', { name: 'Try again' }).isVisible()).toBe(false);
		expect(await seriousProblems(other.page)).toEqual([]);
		await notice.getByRole('button', { name: 'Copy' }).click();
		await notice.getByRole('button', { name: /^Copied|^Press/ }).waitFor();
		await takePicture(other.page, 'review-late', { x: 0, y: 0, width: 1280, height: 860 });
		await notice.getByRole('button', { name: 'Back to the page' }).click();
		expect(await other.page.locator('.grid li').nth(2).getByLabel('Note').inputValue()).toBe(
			'too plain',
		);
		expect(await other.page.locator('#count').innerText()).toBe('Already answered');
		expect(decided(execution)).toMatchObject([
			[[SCENES[0], {}]],
			[
				[SCENES[1], {}],
				[SCENES[2], {}],
			],
		]);
		await Promise.all([review.close(), other.close()]);
	});

	it('says that the review was stopped, if it was', async () => {
		const review = await stage.openReview(SCENES.slice(0, 2));
		const { page } = review;
		await page.locator('.grid li input').first().check();
		await review.stop();

		await page.getByRole('button', { name: 'Send my picks' }).click();
		const notice = page.getByRole('dialog', { name: 'This review was stopped' });
		await notice.waitFor();
		expect(await notice.getByLabel('What you chose and wrote').inputValue()).toBe(
			'Draft 1: picked',
		);
		expect(await page.locator('#count').innerText()).toBe('This review was stopped');
		await review.close();
	});

	it('a second click sends nothing twice, and Back after the answer leads to where somebody came from', async () => {
		const review = await stage.openReview(SCENES.slice(0, 2));
		const { page } = review;
		const sent: string[] = [];
		page.on('request', (request) => {
			if (request.method() === 'POST') sent.push(request.url());
		});
		await page.goto('about:blank');
		await page.goto(review.address);
		await page.locator('.grid li input').first().check();
		await page.evaluate(() => {
			for (let click = 0; click < 3; click += 1) document.getElementById('send')!.click();
		});
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();
		expect(await page.locator('main').innerText()).toContain(
			"Your answer was sent: 1 of 2 picked. You can close this page; it can't be opened again.",
		);
		expect(sent).toHaveLength(1);
		expect(await page.evaluate(() => [window.name, history.state as unknown])).toEqual(['', null]);
		await page.goBack();
		expect(page.url()).toBe('about:blank');
		await review.ended();
		await review.close();
	});

	it('picks, notes and prompts outlive a reload and Back, in a page that has no storage; what is kept has no token, code or address', async () => {
		const review = await stage.openReview(SCENES.slice(0, 4), { accessCode: 'correct horse' });
		const { page } = review;
		await page.getByLabel('Access code').fill('correct horse');
		await page.getByLabel('Access code').press('Enter');
		await imagesLoaded(page, 4);
		expect(
			await page.evaluate(() => {
				try {
					return typeof localStorage.length;
				} catch (error) {
					return (error as Error).name;
				}
			}),
		).toBe('SecurityError');
		await page.locator('.grid li input').nth(1).check();
		await page.locator('.grid li').nth(1).getByText('Note or prompt').click();
		await page.locator('.grid li').nth(1).getByLabel('Prompt').fill('a moonlit lake, wide');
		await page.locator('.grid li').nth(3).getByText('Note').first().click();
		await page.locator('.grid li').nth(3).getByLabel('Note').fill('too grey');
		await page.getByRole('button', { name: 'None of these' }).click();
		await page.getByLabel('What should be different?').fill('more people');
		await page.getByRole('button', { name: 'Go back' }).click();
		await page.reload();
		await imagesLoaded(page, 4);
		expect(await page.locator('#count').innerText()).toBe('1 of 4 picked');
		await page.goto('about:blank');
		await page.goBack();
		await imagesLoaded(page, 4);

		expect(await page.locator('#count').innerText()).toBe('1 of 4 picked');
		expect(await page.locator('.grid li').nth(1).getByLabel('Prompt').inputValue()).toBe(
			'a moonlit lake, wide',
		);
		expect(await page.locator('.grid li').nth(3).getByLabel('Note').inputValue()).toBe('too grey');
		expect(await page.getByLabel('What should be different?').inputValue()).toBe('more people');
		const address = new URL(page.url());
		const state = await page.evaluate(() => window.name + JSON.stringify(history.state));
		expect(state).toContain('a moonlit lake, wide');
		for (const secret of [
			'correct horse',
			address.searchParams.get('access')!,
			address.searchParams.get('signature')!,
		])
			expect(state).not.toContain(secret);

		await page.getByRole('button', { name: 'Send my picks' }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();
		const [picked, rejected] = decided(await review.ended());
		expect(picked).toMatchObject([
			['a moonlit lake, wide', { note: '', originalPrompt: SCENES[1] }],
		]);
		expect(rejected).toMatchObject([
			[SCENES[0], { note: '' }],
			[SCENES[2], { note: '' }],
			[SCENES[3], { picked: false, note: 'too grey' }],
		]);
		await review.close();
	});

	it('a review that is over says so and leads to the present one, which begins empty', async () => {
		const review = await stage.openLoop(SCENES.slice(0, 2));
		const { page } = review;
		const first = await review.another();
		await page.locator('.grid li input').first().check();
		await page.getByRole('button', { name: 'Send my picks' }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();
		await review.waits(2);

		await first.page.locator('.grid li input').first().check();
		await first.page.getByRole('button', { name: 'Send my picks' }).click();
		const notice = first.page.getByRole('dialog', { name: 'Another review' });
		await notice
			.getByText('This page belongs to a review that has ended; another one is open now.')
			.waitFor();
		await notice.getByRole('link', { name: 'Open the current review' }).click();
		await first.page.getByText(SCENES[1]!).waitFor();
		expect(await first.page.locator('#count').innerText()).toBe('Nothing picked yet');
		// The page that was answered can be loaded again here, because the same address waits once more.
		await page.reload();
		await page.getByText(SCENES[1]!).waitFor();
		expect(await page.locator('#count').innerText()).toBe('Nothing picked yet');
		await page.locator('.grid li input').first().check();
		await page.getByRole('button', { name: 'Send my picks' }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();
		expect((await review.ended()).status).toBe('success');
		await Promise.all([review.close(), first.close()]);
	});

	it('without a connection it can be tried again; a server in trouble is named', async () => {
		const review = await stage.openReview(SCENES.slice(0, 2));
		const { page, context } = review;
		await page.locator('.grid li input').first().check();
		await context.setOffline(true);
		await page.getByRole('button', { name: 'Send my picks' }).click();
		const lost = page.getByRole('dialog', { name: 'Not sent: no connection' });
		await lost.getByText('Everything you picked and wrote is still here.').waitFor();
		await context.setOffline(false);
		await page.route(
			'**/*',
			async (route) =>
				await (route.request().method() === 'POST'
					? route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' })
					: route.continue()),
		);
		await lost.getByRole('button', { name: 'Try again' }).click();
		await page
			.getByRole('dialog', { name: 'Not sent' })
			.getByText('The server is not working properly (status 502)')
			.waitFor();
		await page.unroute('**/*');
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();
		expect(decided(await review.ended())).toMatchObject([[[SCENES[0], {}]], [[SCENES[1], {}]]]);
		await review.close();
	});

	it('an answer whose confirmation was lost is not taken for somebody else’s', async () => {
		const review = await stage.openReview(SCENES.slice(0, 2));
		const { page } = review;
		await page.locator('.grid li input').first().check();
		await page.route('**/*', async (route) => {
			if (route.request().method() !== 'POST') return await route.continue();
			await route.fetch();
			await route.abort('connectionreset');
		});
		await page.getByRole('button', { name: 'Send my picks' }).click();
		await page.getByRole('button', { name: 'Try again' }).waitFor();
		await review.ended();
		await page.unroute('**/*');
		await page.getByRole('button', { name: 'Try again' }).click();
		await page
			.getByRole('dialog', { name: 'This review has been answered' })
			.getByText('It may be yours')
			.waitFor();
		await review.close();
	});

	it('an access code that comes too late is told so on the page', async () => {
		const review = await stage.openReview(SCENES.slice(0, 1), { accessCode: 'correct horse' });
		const late = await review.another();
		await review.page.getByLabel('Access code').fill('correct horse');
		await review.page.getByLabel('Access code').press('Enter');
		await review.page.locator('.grid li input').first().check();
		await review.page.getByRole('button', { name: 'Send my picks' }).click();
		await review.ended();
		await late.page.getByLabel('Access code').fill('correct horse');
		await late.page.getByLabel('Access code').press('Enter');
		await late.page
			.getByText('This review has been answered or has ended, so it can no longer be opened.')
			.waitFor();
		await Promise.all([review.close(), late.close()]);
	});
});

describe('none of these', () => {
	it('is asked for once more, takes a note, and comes out as rejected with it', async () => {
		const review = await stage.openReview(SCENES.slice(0, 3));
		const { page } = review;
		await page.locator('.grid li input').first().check();
		await page.locator('.grid li').nth(2).getByText('Note').first().click();
		await page.locator('.grid li').nth(2).getByLabel('Note').fill('too plain');
		await page.getByRole('button', { name: 'None of these' }).click();
		const dialog = page.getByRole('dialog', {
			name: 'Reject all 3 drafts, including the one that is picked?',
		});
		await dialog.getByRole('button', { name: 'Go back' }).click();
		expect(await review.status()).toBe('waiting');
		await page.getByRole('button', { name: 'None of these' }).click();
		await page.keyboard.press('Escape');
		expect(await review.status()).toBe('waiting');
		await page.getByRole('button', { name: 'None of these' }).click();
		expect(await seriousProblems(page)).toEqual([]);
		await dialog.getByLabel('What should be different?').fill('people, please');
		await dialog.getByRole('button', { name: 'Reject all' }).click();
		await page.getByText('Your answer was sent: none of 3 picked.').waitFor();

		expect(decided(await review.ended())).toMatchObject([
			[],
			[
				[SCENES[0], { picked: false, note: 'people, please' }],
				[SCENES[1], { note: 'people, please' }],
				[SCENES[2], { note: 'too plain\n\npeople, please' }],
			],
		]);
		await review.close();
	});

	it('is a check box where no script runs', async () => {
		const review = await stage.openReview(SCENES.slice(0, 2), {}, { javaScriptEnabled: false });
		const { page } = review;
		expect(await page.getByRole('button').filter({ visible: true }).allInnerTexts()).toEqual([
			'',
			'',
			'Send my picks',
		]);
		await page.getByRole('button', { name: 'Send my picks' }).click();
		await page
			.getByText('Pick at least 1, or choose "None of these". Nothing was changed.')
			.waitFor();
		await page.getByRole('link', { name: 'Back to the review' }).click();
		await page.getByRole('checkbox', { name: 'None of these' }).check();
		await page.getByRole('button', { name: 'Send my picks' }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();

		expect(decided(await review.ended())).toMatchObject([
			[],
			[
				[SCENES[0], { picked: false, note: '' }],
				[SCENES[1], { picked: false, note: '' }],
			],
		]);
		await review.close();
	});

	it('is not what a click with nothing picked means, whatever Min Picks is', async () => {
		const review = await stage.openReview(SCENES.slice(0, 2), { minPicks: 0 });
		const { page } = review;
		await page.getByRole('button', { name: 'Send my picks' }).click({ force: true });
		expect(await page.locator('#count').innerText()).toBe(
			'Pick at least 1, or choose “None of these”',
		);
		expect(await page.locator('#price').isVisible()).toBe(false);
		expect(await review.status()).toBe('waiting');
		await review.close();
	});
});

it('a row’s name stands above its prompt; after a click on the arrow the space bar picks in the large view', async () => {
	const review = await stage.openReview(SCENES.slice(0, 2), { maxPicks: 1 }, {}, [
		{ sku: 'MUG-1', name: 'Blue mug' },
		{ sku: 'MUG-2', name: 'Red mug' },
	]);
	const { page } = review;
	await imagesLoaded(page, 2);
	expect(await page.locator('.grid h2').allInnerTexts()).toEqual(['Blue mug', 'Red mug']);
	await page.getByRole('checkbox', { name: 'Draft 1, Blue mug' }).check();
	await page.getByRole('button', { name: 'Enlarge draft 1' }).click();
	const large = page.locator('dialog[open]');
	await large.getByRole('button', { name: 'Next draft' }).click();
	await large.getByRole('heading', { name: 'Red mug' }).waitFor();
	// One is picked and no more may be, which must not hand the space bar to another button.
	await page.keyboard.press('Space');
	expect([
		await large.getByRole('heading').innerText(),
		await page.locator('#count').innerText(),
	]).toEqual(['Red mug', '1 of 2 picked (maximum reached)']);
	await large.getByRole('button', { name: 'Previous draft' }).click();
	await page.keyboard.press('Space');
	expect(await page.locator('#count').innerText()).toBe('Nothing picked yet');
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Space');
	expect([
		await large.getByRole('heading').innerText(),
		await page.locator('#count').innerText(),
	]).toEqual(['Red mug', '1 of 2 picked (maximum reached)']);
	await review.close();
});

it('Arabic and Hebrew begin on the right, beside English on the left', async () => {
	const review = await stage.openReview(
		['كوب أزرق على طاولة بيضاء', 'A blue mug on a white table'],
		{},
		{},
		[{ name: 'כוס כחולה' }, { name: 'Blue mug' }],
	);
	const { page } = review;
	await imagesLoaded(page, 2);
	const sides = await page.locator('.grid p, .grid h2').evaluateAll((elements) =>
		elements.map((element) => {
			const range = document.createRange();
			range.selectNodeContents(element);
			const [text, box] = [range.getBoundingClientRect(), element.getBoundingClientRect()];
			return text.left - box.left > box.right - text.right ? 'right' : 'left';
		}),
	);

	expect(sides).toEqual(['right', 'right', 'left', 'left']);
	await review.close();
});

it('300 drafts: the last one can be picked, and each has its details', async () => {
	const review = await stage.openMany(300);
	const { page } = review;
	await page.locator('.grid li input').nth(299).check();

	expect(await page.locator('#count').innerText()).toBe('1 of 300 picked');
	expect(await page.locator('.grid li details').count()).toBe(300);
	await review.close();
});
