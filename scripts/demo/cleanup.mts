/** Things to undo, in the opposite order of their making. */
export class Cleanup {
	readonly #steps: Array<() => Promise<void> | void> = [];

	add(undo: () => Promise<void> | void): void {
		this.#steps.unshift(undo);
	}

	/** Undoes everything, also when one of the steps fails. */
	async run(): Promise<void> {
		for (const undo of this.#steps.splice(0)) {
			try {
				await undo();
			} catch (error) {
				console.error('while cleaning up:', error);
			}
		}
	}
}
