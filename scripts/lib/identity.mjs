// Who publishes the package and where its source is. package.json says it; everything else that says so follows.

/** @typedef {{ name: string, version: string, repository: { url: string }, author: { name: string, email: string } }} Manifest */
/** @typedef {{ file: string, text: string }} TextFile path from the checkout, with `/` */
/** @typedef {{ in: RegExp, what: RegExp, value: string, named: string }} Mention where something stands, and what it has to be */

/** What package.json says until a maintainer has put in their own. */
const PLACEHOLDERS = {
	repository: 'https://github.com/n8n-nodes-gpt-image/n8n-nodes-gpt-image',
	author: 'n8n-nodes-gpt-image maintainers',
	email: 'maintainers@users.noreply.github.com',
};

/** Files that people read or n8n shows, and what builds them; tests and scripts name other repositories on purpose. */
const SHOWN =
	/^(?:[^/]+\.(?:md|json)|(?:docs|examples|credentials|nodes)\/.+\.(?:md|json|ts|yaml)|\.github\/.+)$/;

/** @param {Manifest} manifest @returns {string} the address of the repository as people open it */
function repositoryOf({ repository }) {
	return repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
}

/** @param {Manifest} manifest @returns {Mention[]} */
function mentions(manifest) {
	const repository = repositoryOf(manifest);
	const names = new Set(
		[repository, PLACEHOLDERS.repository].map((url) => url.split('/').at(-1) ?? ''),
	);
	const name = [...names].map((part) => part.replaceAll('.', '\\.')).join('|');
	return [
		{
			in: SHOWN,
			what: new RegExp(`https://github\\.com/[\\w.-]+/(?:${name})(?![\\w-])`, 'g'),
			value: repository,
			named: 'repository.url',
		},
		{
			in: /^LICENSE\.md$/,
			what: /(?<=^Copyright \(c\) [\d-]+ ).+$/gm,
			value: manifest.author.name,
			named: 'author.name',
		},
		{
			in: /^SECURITY\.md$/,
			what: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
			value: manifest.author.email,
			named: 'author.email',
		},
	];
}

/** @param {Manifest} manifest @returns {string[]} what nobody has filled in yet */
export function placeholderProblems(manifest) {
	const { author } = manifest;
	const repository = repositoryOf(manifest);
	const problems = [];
	if (!/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+$/.test(repository))
		problems.push(
			`repository.url is "${manifest.repository.url}", which is no repository on GitHub`,
		);
	if (repository === PLACEHOLDERS.repository)
		problems.push('repository.url is still a placeholder');
	if (!author.name || author.name === PLACEHOLDERS.author)
		problems.push('author.name is still a placeholder');
	if (
		!/^\S+@\S+\.\S+$/.test(author.email) ||
		author.email === PLACEHOLDERS.email ||
		/@example\./.test(author.email)
	) {
		problems.push('author.email is still a placeholder');
	}
	return problems.map((problem) => `package.json: ${problem}`);
}

/**
 * @param {Manifest} manifest
 * @param {TextFile[]} files
 * @returns {string[]} each place that says something else than package.json
 */
export function mentionProblems(manifest, files) {
	return mentions(manifest).flatMap(({ in: where, what, value, named }) =>
		files
			.filter(({ file }) => where.test(file))
			.flatMap(({ file, text }) =>
				Array.from(text.matchAll(what))
					.filter(([found]) => found !== value)
					.map(
						({ 0: found, index }) =>
							`${file}:${text.slice(0, index).split('\n').length}: "${found}" is not what package.json has as ${named}, "${value}"`,
					),
			),
	);
}

/**
 * @param {Manifest} manifest
 * @param {TextFile[]} files
 * @returns {TextFile[]} those that had to change, as they should be
 */
export function withIdentity(manifest, files) {
	const all = mentions(manifest);
	return files.flatMap(({ file, text }) => {
		const mended = all
			.filter(({ in: where }) => where.test(file))
			.reduce((current, { what, value }) => current.replace(what, () => value), text);
		return mended === text ? [] : [{ file, text: mended }];
	});
}
