import type { Catalogue } from '../models/types';
import { picodollars, type Picodollars } from './money';

/** The Batch API bills half (OpenAI pricing page); that others do as well is known of none, so there it is all. */
export const atBatchPrice = (amount: Picodollars, { door }: Catalogue): Picodollars =>
	(door?.batchDiscount ?? true) ? picodollars(amount / 2n) : amount;
