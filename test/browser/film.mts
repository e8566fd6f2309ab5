import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { projectRoot } from '../n8n/harness/environment.mts';
import { textImage } from '../simulator/drawing/text.mts';
import { areaOf, HIDDEN, RETAKING } from './pictures.mts';
import { animatedWebp, type Frame } from './webp.mts';

/** In pixels: the film, and the strip below the page that says what happens. */
const WIDTH = 1000;
const STRIP = 52;

/** Slow enough to be followed by the eye, in ms. */
const STEP_MS = 40;
const STEPS = 9;
const SCROLLS = 7;
const FADE_MS = 60;
const FADES = 3;

const POINTER =
	'<svg xmlns="http://www.w3.org/2000/svg" width="26" height="30"><path d="M3 2V24L8.6 18.8L12.2 27L16 25.4L12.4 17.4H20Z" fill="#17182b" stroke="#ffffff" stroke-width="2" stroke-linejoin="round"/></svg>';
const RING =
	'<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48"><circle cx="24" cy="24" r="19" fill="#ff6d5a" fill-opacity=".28" stroke="#ff6d5a" stroke-width="3"/></svg>';

interface Point {
	x: number;
	y: number;
}

/** Runs in the page: how far what is around an element is scrolled, from the inside out. */
function scrolls(element: Element): number[] {
	const tops: number[] = [];
	for (let around = element.parentElement; around; around = around.parentElement)
		tops.push(around.scrollTop);
	return tops;
}

/** Runs in the page: the opposite. */
function scrollAll(element: Element, tops: number[]): void {
	let depth = 0;
	for (let around = element.parentElement; around; around = around.parentElement)
		around.scrollTop = tops[depth++] ?? 0;
}

/** The strip, with a dot for each chapter. */
async function strip(caption: string, chapter: number, chapters: number): Promise<Buffer> {
	const text = await textImage(caption, 'semibold', 23, WIDTH - 200, '#ffffff');
	const dots = Array.from(
		{ length: chapters },
		(_, index) =>
			`<circle cx="${WIDTH - 28 - (chapters - 1 - index) * 20}" cy="${STRIP / 2}" r="5" fill="${index < chapter ? '#ff6d5a' : '#4a4d6b'}"/>`,
	).join('');
	const ground = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${STRIP}"><rect width="100%" height="100%" fill="#17182b"/>${dots}</svg>`;
	return await sharp(Buffer.from(ground))
		.composite([{ input: text.input, left: 24, top: Math.round((STRIP - text.height) / 2) }])
		.png()
		.toBuffer();
}

/**
 * A film of what a person does in the browser: pages, a pointer, a caption for each chapter. Without UPDATE_SCREENSHOTS=1 all
 * of it is done and nothing filmed.
 */
export class Film {
	readonly #frames: Frame[] = [];
	readonly #chapters: number;
	#chapter = 0;
	#strip: Buffer = Buffer.alloc(0);
	#pointer: Point = { x: 700, y: 420 };
	/** The page as it was when it was last looked at. */
	#shown: Buffer = Buffer.alloc(0);
	#height = 0;

	constructor(chapters: number) {
		this.#chapters = chapters;
	}

	/** The next chapter begins with this page. */
	async chapter(page: Page, caption: string): Promise<void> {
		this.#chapter += 1;
		if (!RETAKING) return;
		this.#strip = await strip(caption, this.#chapter, this.#chapters);
		await this.cut(page);
	}

	/** Fades over to what the page shows now. */
	async cut(page: Page): Promise<void> {
		if (!RETAKING) return;
		const before = this.#frames.at(-1)?.pixels;
		await this.#look(page);
		const after = await this.#compose(this.#pointer);
		for (let step = 1; before && step <= FADES; step += 1) {
			const part = step / (FADES + 1);
			this.#add(
				Buffer.from(after.map((value, index) => before[index]! + (value - before[index]!) * part)),
				FADE_MS,
			);
		}
		this.#add(after, STEP_MS);
	}

	/** Stays on what the page shows now. */
	async hold(page: Page, ms: number): Promise<void> {
		if (!RETAKING) return;
		await this.#look(page);
		this.#add(await this.#compose(this.#pointer), ms);
	}

	/** Films until something has happened, at the speed at which it happens. */
	async until(page: Page, happened: Promise<unknown>, everyMs = 220): Promise<void> {
		const state = { over: false };
		const end = happened.finally(() => (state.over = true));
		while (RETAKING && !state.over) {
			const from = Date.now();
			await this.hold(page, everyMs);
			await page.waitForTimeout(Math.max(20, everyMs - (Date.now() - from)));
		}
		await end;
	}

	/** Moves the pointer to an element, which comes into view first, and clicks. */
	async click(page: Page, target: Locator): Promise<void> {
		await this.#scrollTo(page, target);
		const { x, y, width, height } = await areaOf(target);
		const goal = { x: x + width / 2, y: y + height / 2 };
		if (RETAKING) await this.#point(page, goal);
		await page.mouse.click(goal.x, goal.y);
	}

	/** Writes the film into docs/images, checked. */
	async save(
		name: string,
		limits: { bytes: number; seconds: [least: number, most: number] },
	): Promise<void> {
		if (!RETAKING) return;
		const film = await animatedWebp(this.#frames, { width: WIDTH, height: this.#height + STRIP });
		const { delay = [], pages } = await sharp(film, { animated: true }).metadata();
		const seconds = delay.reduce((sum, ms) => sum + ms, 0) / 1000;
		const folder = join(projectRoot, 'docs', 'images');
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, `${name}.webp`), film);
		expect(pages).toBe(this.#frames.length);
		expect(film.length).toBeLessThan(limits.bytes);
		expect(seconds).toBeGreaterThan(limits.seconds[0]);
		expect(seconds).toBeLessThan(limits.seconds[1]);
	}

	/** Brings an element into view, as slowly as a wheel does. */
	async #scrollTo(page: Page, target: Locator): Promise<void> {
		const from = await target.evaluate(scrolls);
		await target.scrollIntoViewIfNeeded();
		const to = await target.evaluate(scrolls);
		if (!RETAKING || from.every((top, depth) => top === to[depth])) return;
		for (let step = 1; step <= SCROLLS; step += 1) {
			const part = (1 - Math.cos((Math.PI * step) / SCROLLS)) / 2;
			await target.evaluate(
				scrollAll,
				from.map((top, depth) => top + ((to[depth] ?? top) - top) * part),
			);
			await this.hold(page, STEP_MS);
		}
	}

	async #point(page: Page, goal: Point): Promise<void> {
		const [start, scale] = [this.#pointer, WIDTH / (page.viewportSize()?.width ?? WIDTH)];
		const end = { x: goal.x * scale, y: goal.y * scale };
		await this.#look(page);
		for (let step = 1; step <= STEPS; step += 1) {
			const part = (1 - Math.cos((Math.PI * step) / STEPS)) / 2;
			this.#pointer = {
				x: start.x + (end.x - start.x) * part,
				y: start.y + (end.y - start.y) * part,
			};
			this.#add(await this.#compose(this.#pointer), STEP_MS);
		}
		this.#add(await this.#compose(this.#pointer, true), 180);
	}

	async #look(page: Page): Promise<void> {
		await page.evaluate(async () => await document.fonts.ready);
		const shot = await page.screenshot({ style: HIDDEN, animations: 'disabled', caret: 'hide' });
		const { data, info } = await sharp(shot)
			.resize(WIDTH)
			.removeAlpha()
			.raw()
			.toBuffer({ resolveWithObject: true });
		[this.#shown, this.#height] = [data, info.height];
	}

	async #compose({ x, y }: Point, pressed = false): Promise<Buffer> {
		const height = this.#height;
		const place = (svg: string, dx: number, dy: number) => ({
			input: Buffer.from(svg),
			left: Math.round(Math.max(0, Math.min(WIDTH - 50, x - dx))),
			top: Math.round(Math.max(0, Math.min(height, y - dy))),
		});
		const layers = [...(pressed ? [place(RING, 24, 24)] : []), place(POINTER, 3, 2)];
		return await sharp(this.#shown, { raw: { width: WIDTH, height, channels: 3 } })
			.extend({ bottom: STRIP, background: '#17182b' })
			.composite([...layers, { input: this.#strip, left: 0, top: height }])
			.removeAlpha()
			.raw()
			.toBuffer();
	}

	/** A frame like the one before only makes that one last longer. */
	#add(pixels: Buffer, ms: number): void {
		const last = this.#frames.at(-1);
		if (last?.pixels.equals(pixels)) last.ms += ms;
		else this.#frames.push({ pixels, ms });
	}
}
