import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 500;

/** @param {number} pid */
function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}

/** @param {string} file */
function tryLock(file) {
	try {
		writeFileSync(file, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
		return false;
	}
}

/** A lock whose owner was killed is nobody's. @param {string} file */
function removeIfAbandoned(file) {
	try {
		const owner = Number(readFileSync(file, 'utf8'));
		if (owner > 0 && !isAlive(owner)) rmSync(file, { force: true });
	} catch {
		// Released between the two calls: the next attempt takes it.
	}
}

/**
 * Runs `work` while no other process on this machine runs the same.
 *
 * @template T
 * @param {string} file - the lock file; its folder is made
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
	mkdirSync(dirname(file), { recursive: true });
	while (!tryLock(file)) {
		removeIfAbandoned(file);
		await delay(POLL_MS);
	}
	try {
		return await work();
	} finally {
		rmSync(file, { force: true });
	}
}
