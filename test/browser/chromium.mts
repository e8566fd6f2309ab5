import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { place, projectRoot } from '../n8n/harness/environment.mts';

const run = promisify(execFile);

const PACKAGE = '@sparticuz/chromium';
const FLAGS = [
	'--headless',
	'--no-sandbox',
	'--disable-gpu',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	// n8n's editor asks n8n.io for templates. Nothing leaves this machine, and no test depends on the network. (Playwright's
	// own way, routes, would switch the cache off.)
	'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
	'--no-proxy-server',
	// Pixels of text that do not depend on the machine's font settings.
	'--font-render-hinting=none',
	'--force-color-profile=srgb',
];

/**
 * Unpacks Chromium, the libraries that a small system lacks (NSS), and fonts. A process of its own does it, because
 * the package always unpacks into the system's temp folder and reads from its environment what to unpack.
 */
async function unpack(folder: string): Promise<void> {
	const code = `import(${JSON.stringify(PACKAGE)}).then(({ default: chromium }) => chromium.executablePath())`;
	// The second variable is how the package is asked for the libraries.
	const env = { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' };
	await run(process.execPath, ['--eval', code], { cwd: projectRoot, env });
}

/** Only the fonts that came along, so that pictures look the same on every machine. */
function writeFontSettings(folder: string): void {
	const dirs = `<dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir>`;
	writeFileSync(
		join(folder, 'fonts.conf'),
		`<?xml version="1.0"?>\n<fontconfig>${dirs}</fontconfig>\n`,
	);
}

/** The folder with the unpacked Chromium, next to n8n's. It gets its name when it is complete. */
async function unpacked(): Promise<string> {
	const manifest = readFileSync(join(projectRoot, 'node_modules', PACKAGE, 'package.json'), 'utf8');
	const { version } = JSON.parse(manifest) as { version: string };
	const target = join(dirname(place('GPT_IMAGE_N8N')), `chromium-${version}`);
	if (existsSync(target)) return target;
	const partial = mkdtempSync(`${target}.partial-`);
	try {
		await unpack(partial);
		renameSync(partial, target);
	} catch (error) {
		// Another run was faster, or it failed.
		if (!existsSync(target)) throw error;
	} finally {
		rmSync(partial, { recursive: true, force: true });
	}
	return target;
}

/** A browser that needs nothing of the system but a C library: it comes with the devDependencies. */
export async function launchBrowser(): Promise<Browser> {
	const folder = await unpacked();
	writeFontSettings(folder);
	const libraries = [join(folder, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']]
		.filter(Boolean)
		.join(delimiter);
	return await chromium.launch({
		executablePath: join(folder, 'chromium'),
		args: FLAGS,
		env: {
			...process.env,
			LD_LIBRARY_PATH: libraries,
			FONTCONFIG_FILE: join(folder, 'fonts.conf'),
		},
	});
}
