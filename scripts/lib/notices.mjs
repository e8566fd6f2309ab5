// The licences of what the build bundles, for THIRD-PARTY-NOTICES.txt beside the bundles.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ title: string, texts: string[] }} Section a part of a package that has a licence of its own */

const LEGAL = /^(?:licen[cs]e|copying|notice)(?:\.(?:md|txt))?$/i;

const PREFACE = `THIRD-PARTY NOTICES

The JavaScript files beside this one hold code of the packages below. It was changed: each was joined into one file and
minified, and what it reads from globalThis goes through names of this package (nodes/vendor/globals.ts).`;

const RULE = '='.repeat(80);

/** @param {string} folder @returns {string[]} what licence and notice files in it say */
function legalTexts(folder) {
	if (!existsSync(folder)) return [];
	return readdirSync(folder)
		.filter((name) => LEGAL.test(name))
		.sort()
		.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
}

/**
 * The nearest licence above a file. Code that a package has copied from elsewhere keeps its own, and some packages publish
 * that only beside their source.
 *
 * @param {string} file - with node_modules in its path
 * @returns {Section}
 * @throws when its package has none
 */
function sectionOf(file) {
	const [, before = '', name = '', inside = ''] =
		/^(.*\bnode_modules\/)((?:@[^/]+\/)?[^/]+)\/(.+)$/.exec(file) ?? [];
	const home = join(before, name);
	const { version, license } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
	for (let folder = inside; folder.includes('/');) {
		folder = folder.slice(0, folder.lastIndexOf('/'));
		const texts = [folder, `src/${folder}`]
			.map((place) => legalTexts(join(home, place)))
			.find(({ length }) => length > 0);
		if (texts) return { title: `${name} ${version}, ${folder}`, texts };
	}
	const texts = legalTexts(home);
	if (texts.length === 0) throw new Error(`${name} is bundled and has no licence file`);
	return { title: `${name} ${version} (${license})`, texts };
}

/**
 * @param {string[]} files - all that is in the bundles, with paths from the working directory
 * @returns {string}
 * @throws when one of them has no licence
 */
export function thirdPartyNotices(files) {
	const sections = files.filter((file) => file.includes('node_modules/')).map(sectionOf);
	const byTitle = new Map(sections.map(({ title, texts }) => [title, texts]));
	const parts = [...byTitle]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([title, texts]) => [RULE, title, RULE, '', ...texts].join('\n'));
	return `${[PREFACE, ...parts].join('\n\n')}\n`;
}
