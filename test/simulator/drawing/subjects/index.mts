/** Which thing a prompt is about. */
import type { Subject } from '../subject.mts';
import { ARMCHAIR, LAMP, PLANT } from './furniture.mts';
import { BAG, BALLOON, SNEAKER } from './goods.mts';
import { BOTTLE, BOWL, MUG, VASE } from './tableware.mts';

/** The first that fits counts: a mug on a table, a lamp beside a chair. */
const SUBJECTS: readonly [RegExp, Subject][] = [
	[/\bballoons?\b/i, BALLOON],
	[/\b(mugs?|teacups?|coffee cups?)\b/i, MUG],
	[/\b(sneakers?|shoes?|trainers)\b/i, SNEAKER],
	[/\b(lamps?|lantern)\b/i, LAMP],
	[/\b(arm ?chairs?|chairs?|sofa|couch)\b/i, ARMCHAIR],
	[/\b(vases?|flowers|bouquet)\b/i, VASE],
	[/\b(bowls?|soup|ramen)\b/i, BOWL],
	[/\b(bottles?|perfume|serum|shampoo)\b/i, BOTTLE],
	[/\b(bags?|backpacks?|rucksack)\b/i, BAG],
	[/\b(plants?|monstera|ficus|terracotta pots?)\b/i, PLANT],
	[/\bcups?\b/i, MUG],
	[/\bproduct\b/i, BOTTLE],
];

export function subjectOf(prompt: string): Subject | undefined {
	return SUBJECTS.find(([words]) => words.test(prompt))?.[1];
}
