import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { place } from './environment.mts';

/** What n8n's installer removes from a package.json before it installs the package. */
const STRIPPED = ['devDependencies', 'peerDependencies', 'optionalDependencies'];

/** The name of the package in a tarball, and its files under `folder`. */
function unpack(tarball: string, folder: string): Record<string, unknown> {
	mkdirSync(folder, { recursive: true });
	execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
}

/** Unpacks the tarball that `npm pack` made of this checkout, as a user would get it. @returns its package.json */
export function unpackPackage(folder: string): Record<string, unknown> {
	return unpack(place('GPT_IMAGE_TARBALL'), folder);
}

/**
 * Puts the packed package where n8n finds community nodes, as n8n's installer does: the tarball's own files and
 * no node_modules, so whatever the package needs at run time has to be inside.
 *
 * @param userFolder - n8n's N8N_USER_FOLDER
 */
export function installPackage(userFolder: string): void {
	const folder = join(userFolder, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-gpt-image');
	const manifest = unpackPackage(folder);
	const kept = Object.entries(manifest).filter(([name]) => !STRIPPED.includes(name));
	writeFileSync(join(folder, 'package.json'), JSON.stringify(Object.fromEntries(kept), null, 2));
}
