/** Memory that is used again: new memory for each image would grow until the garbage collector comes round to it. */
export class SpareMemory {
	private readonly spare: Buffer[] = [];

	private readonly most: number;

	/** @param most pieces that are kept */
	constructor(most: number) {
		this.most = most;
	}

	/** @returns at least so many bytes, with whatever was in them before */
	take(bytes: number): Buffer {
		const index = this.spare.findIndex(({ length }) => length >= bytes);
		const [found] = index < 0 ? [] : this.spare.splice(index, 1);
		return found ?? Buffer.allocUnsafeSlow(bytes);
	}

	/** The largest pieces are kept, smallest first. */
	give(memory: Buffer): void {
		this.spare.push(memory);
		this.spare.sort((a, b) => a.length - b.length);
		if (this.spare.length > this.most) this.spare.shift();
	}
}
