import { stopSharedN8ns } from './shared.mts';

/** After the last test file of the projects that use n8n. */
export default stopSharedN8ns;
