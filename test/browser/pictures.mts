import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { projectRoot } from '../n8n/harness/environment.mts';

/** In pixels. */
export interface Area {
	x: number;
	y: number;
	width: number;
	height: number;
}

const MOST_BYTES = 200_000;

/** What would cover the picture: messages that come and go, and shortcuts to neighbours of the open node. */
const HIDDEN =
	'.el-notification, [data-test-id="floating-node"], [data-test-id="panel-drag-button"] { visibility: hidden !important; }';

/**
 * Takes a screenshot for the documentation and checks it. It is written to docs/images only with UPDATE_SCREENSHOTS=1,
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
	});
	const picture = await sharp(shot)
		.png({ palette: true, quality: 90, effort: 10, compressionLevel: 9 })
		.toBuffer();

	const { width, height } = await sharp(picture).metadata();
	const { entropy } = await sharp(picture).stats();
	expect({ width, height }).toEqual({ width: clip.width, height: clip.height });
	expect(picture.length).toBeLessThan(MOST_BYTES);
	// Of an empty page it is next to 0.
	expect(entropy).toBeGreaterThan(0.3);
	if (process.env['UPDATE_SCREENSHOTS'] !== '1') return;
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
