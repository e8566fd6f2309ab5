/** What is known to differ from other people's tests and documents, each with its reason. */
import expected from './expected.json' with { type: 'json' };

interface Explained {
	/** Those that nobody has explained. */
	unexplained: string[];
	/** Explanations that nothing needs any more. */
	unused: string[];
	reasons: Readonly<Record<string, string>>;
}

/** @param found differences, or names of tests that fail */
export function explained(
	found: readonly string[],
	part: keyof typeof expected = 'document',
): Explained {
	const reasons = expected[part] as Readonly<Record<string, string>>;
	return {
		unexplained: found.filter((one) => !Object.hasOwn(reasons, one)),
		unused: Object.keys(reasons).filter((one) => !found.includes(one)),
		reasons,
	};
}
