/** The parts of README.md and docs/*.md that are made from the code, so that each fact has one source. */
import { CATALOGUE } from '../../../nodes/core/catalogue/catalogue';
import { errorTable } from './errorTables.mts';
import { collectionTable, fieldTable, outputTable } from './fieldTables.mts';
import { anchorOf, sentence, table } from './markdown.mts';
import * as models from './modelTables.mts';
import { ACTIONS, NODE_TEXTS, NODES } from './nodeActions.mts';
import { providerTable } from './providerTable.mts';

/** All operations and nodes in a table. @param reference address of the page that describes them */
function nodesTable(reference: string): string {
	const [main, ...others] = NODE_TEXTS;
	const link = (name: string): string => `[${name}](${reference}#${anchorOf(name)})`;
	return table(
		['Node or action', 'What it does'],
		[
			[`**${main!.displayName}**`, sentence(main!.description)],
			...ACTIONS.map(({ action, option }) => [link(action), sentence(option.description!)]),
			...others.map(({ displayName, description }) => [
				`**${link(displayName)}**`,
				sentence(description),
			]),
		],
	);
}

/** By name, the text that stands between `<!-- made from the code: NAME -->` and `<!-- end -->`. */
export const BLOCKS: Readonly<Record<string, () => string>> = {
	nodes: () => nodesTable('docs/reference.md'),
	roles: models.rolesTable,
	'prices of an image': models.squarePrices,
	'order of the models of a role': models.roleOrder,
	'lives of the models': models.modelLives,
	'prices of tokens': models.tokenPrices,
	'prices by size': models.imagePrices,
	features: models.features,
	limits: models.limits,
	errors: errorTable,
	providers: providerTable,
	successors: models.successors,
	sources: models.sources,
	'date of the prices': () => `Prices of ${CATALOGUE.pricesAsOf}.`,
	options: () => collectionTable('options'),
	'run settings': () => collectionTable('run'),
	filters: () => collectionTable('filters'),
	output: outputTable,
	...Object.fromEntries(
		[...ACTIONS.map(({ action }) => action), ...Object.keys(NODES)].map((name) => [
			`fields of ${name}`,
			() => fieldTable(name),
		]),
	),
};

const BLOCK = /<!-- made from the code: (.+?) -->[^]*?<!-- end -->/g;

/** Names of the blocks of a page, in order. */
export const blocksOf = (page: string): string[] =>
	[...page.matchAll(BLOCK)].map(([, name]) => name!);

/** The page with each block as the code has it now. @throws Error when a block has a name that is not known */
export const withBlocks = (page: string): string =>
	page.replace(BLOCK, (_, name: string) => {
		const make = BLOCKS[name];
		if (make === undefined) throw new Error(`No block is called "${name}"`);
		return `<!-- made from the code: ${name} -->\n\n${make()}\n\n<!-- end -->`;
	});
