import { Permit, Semaphore } from '../../core/scheduler/semaphore';
import { bodyChunks, type BodyLimits, type BodyStream } from './answerBody';
import { watchEvery } from './bodyWait';
import { SpareMemory } from './spareMemory';

/** Bodies that are read, decoded and stored at once. More would need more memory and bring nothing: one alone keeps a core busy. */
const MOST_OPEN = 4;

/** Bodies that have begun and pause, beside those: each holds on to what has come. */
const MOST_PAUSED = 32;

/**
 * Bodies of some megabytes, a few at a time: an answer whose headers have come waits for its turn, with its connection
 * paused. So memory does not grow with the number of requests in flight.
 */
export class LargeBodies {
	readonly limits: BodyLimits;

	readonly spare = new SpareMemory(2 * MOST_OPEN);

	/** How many pause. */
	paused = 0;

	private readonly turns = new Semaphore(MOST_OPEN);

	constructor(limits: BodyLimits) {
		this.limits = limits;
		// Those that wait are cancelled as well.
		limits.signal?.addEventListener('abort', () => this.turns.letAllIn(), { once: true });
	}

	/** For one answer; to be ended once its images are stored, or when it has failed. */
	next(): LargeBody {
		return new LargeBody(new Permit(this.turns), this);
	}
}

/** The body, or bodies, of one answer: its turn, and the memory that they are read into. */
export class LargeBody {
	private readonly turn: Permit;

	private readonly bodies: LargeBodies;

	private isPaused = false;

	private readonly used: Buffer[] = [];

	private room: Buffer | null = null;

	constructor(turn: Permit, bodies: LargeBodies) {
		this.turn = turn;
		this.bodies = bodies;
	}

	/**
	 * Reads a body when its turn comes. One that pauses gives its turn away, and takes another to go on.
	 * @param length as the server states it; `null` = it does not
	 * @returns bytes that last until `end`
	 * @throws as bodyChunks does; RangeError when it is larger than `most`
	 */
	async read(stream: BodyStream, length: number | null, most = MOST_OF_AN_ANSWER): Promise<Buffer> {
		const sips = await this.wait(stream);
		let memory = this.bodies.spare.take(Math.min(length ?? FIRST_ROOM, MOST_AHEAD));
		let filled = 0;
		try {
			for await (const chunk of following(
				sips,
				bodyChunks(stream, this.bodies.limits, () => this.rest()),
			)) {
				await this.goOn();
				if (filled + chunk.length > most) throw new RangeError('The body is too large');
				if (filled + chunk.length > memory.length)
					memory = this.grown(memory, filled, filled + chunk.length);
				chunk.copy(memory, filled);
				filled += chunk.length;
			}
		} finally {
			this.used.push(memory);
		}
		return memory.subarray(0, filled);
	}

	/** @returns what was read meanwhile: a server may close a connection from which nothing is taken for a minute */
	private async wait(stream: BodyStream): Promise<Buffer[]> {
		const sips: Buffer[] = [];
		const sipping = watchEvery(SIP_EVERY_MS, () => {
			const sip = stream.read(SIP_BYTES) ?? stream.read();
			if (sip !== null) sips.push(sip);
		});
		await this.turn.begin();
		sipping.end();
		return sips;
	}

	/** Memory for one image, until the next one is decoded. */
	roomFor(bytes: number): Buffer {
		if (this.room === null || this.room.length < bytes) {
			this.room = this.bodies.spare.take(bytes);
			this.used.push(this.room);
		}
		return this.room;
	}

	/** Nothing comes: another one may be read, while not too many rest already. */
	private rest(): void {
		if (this.isPaused || this.bodies.paused >= MOST_PAUSED) return;
		this.isPaused = true;
		this.bodies.paused += 1;
		this.turn.end();
	}

	private async goOn(): Promise<void> {
		if (!this.isPaused) return;
		await this.turn.begin();
		this.notPaused();
	}

	private notPaused(): void {
		if (this.isPaused) this.bodies.paused -= 1;
		this.isPaused = false;
	}

	/** For waits in which nothing large is held. */
	pause(): void {
		this.turn.end();
	}

	/** More than once is the same as once. */
	end(): void {
		this.room = null;
		for (const memory of this.used.splice(0)) this.bodies.spare.give(memory);
		this.notPaused();
		this.turn.end();
	}

	private grown(memory: Buffer, filled: number, needed: number): Buffer {
		const larger = this.bodies.spare.take(Math.max(needed, 2 * memory.length));
		memory.copy(larger, 0, 0, filled);
		this.bodies.spare.give(memory);
		return larger;
	}
}

/** Most images fit; in bytes. */
const FIRST_ROOM = 4 * 1024 * 1024;

/** Ten of the largest images, as text, are less; in bytes. */
const MOST_OF_AN_ANSWER = 512 * 1024 * 1024;

/** A server may state any length; in bytes. */
const MOST_AHEAD = 64 * 1024 * 1024;

/** So little and so seldom that it is next to nothing even for hundreds that wait. */
const SIP_BYTES = 16 * 1024;
const SIP_EVERY_MS = 10_000;

async function* following(first: Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	yield* first;
	yield* rest;
}
