import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { projectRoot } from '../n8n/harness/environment.mts';
import type { SimulatorOptions } from '../simulator/index.mts';

/** In pixels. */
export interface Area {
	x: number;
	y: number;
	width: number;
	height: number;
}

const MOST_BYTES = 200_000;

/** Whether docs/images is written: `npm run pictures`. */
export const RETAKING = process.env['UPDATE_SCREENSHOTS'] === '1';

/** What the simulator sends: drawn images where screenshots are kept, plain ones otherwise. */
export const PICTURES: SimulatorOptions = RETAKING ? { imageBytes: undefined } : {};

/** What would cover the picture: messages that come and go, shortcuts to neighbours of the open node, a trigger's own button, the map. */
export const HIDDEN =
	'.el-notification, [data-test-id="floating-node"], [data-test-id="panel-drag-button"], [data-test-id^="execute-workflow-button-"], [data-test-id="canvas-minimap"] { visibility: hidden !important; }';

/** Whether the README or a page of docs shows this picture: others are taken to see that they can be, and not kept. */
function isShown(name: string): boolean {
	const docs = join(projectRoot, 'docs');
	const pages = readdirSync(docs)
		.filter((file) => file.endsWith('.md'))
		.map((file) => join(docs, file));
	return [join(projectRoot, 'README.md'), ...pages].some((page) =>
		readFileSync(page, 'utf8').includes(`images/${name}.png`),
	);
}

/**
 * Takes a screenshot for the documentation and checks it. It is written to docs/images only by `npm run pictures`,
 * because text is drawn a little differently by every version of n8n and of the browser.
 */
export async function takePicture(page: Page, name: string, area: Area): Promise<void> {
	await page.evaluate(async () => await document.fonts.ready);
	await page.mouse.move(0, 0);
	const clip = {
		x: Math.round(area.x),
		y: Math.round(area.y),
		width: Math.round(area.width),
		height: Math.round(area.height),
	};
	const shot = await page.screenshot({
		clip,
		style: HIDDEN,
		animations: 'disabled',
		caret: 'hide',
		scale: 'css',
	});
	const { width, height } = await sharp(shot).metadata();
	const { entropy } = await sharp(shot).stats();
	expect({ width, height }).toEqual({ width: clip.width, height: clip.height });
	// Of an empty page it is next to 0.
	expect(entropy).toBeGreaterThan(0.3);
	if (!RETAKING || !isShown(name)) return;
	const picture = await sharp(shot)
		.png({ palette: true, quality: 90, effort: 10, compressionLevel: 9 })
		.toBuffer();
	expect(picture.length).toBeLessThan(MOST_BYTES);
	const folder = join(projectRoot, 'docs', 'images');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, `${name}.png`), picture);
}

export async function areaOf(element: Locator): Promise<Area> {
	const box = await element.boundingBox();
	if (box === null) throw new Error(`${element.toString()} is not on the page`);
	return box;
}

/** The area around elements, with this much room around. */
export async function areaAround(elements: Locator[], room = 0): Promise<Area> {
	const boxes = await Promise.all(elements.map(areaOf));
	const [x, y] = [
		Math.min(...boxes.map((box) => box.x)) - room,
		Math.min(...boxes.map((box) => box.y)) - room,
	];
	return {
		x,
		y,
		width: Math.max(...boxes.map((box) => box.x + box.width)) + room - x,
		height: Math.max(...boxes.map((box) => box.y + box.height)) + room - y,
	};
}
