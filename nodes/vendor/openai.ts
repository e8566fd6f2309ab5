/** The parts of OpenAI's SDK that we use. The build bundles this file into dist/vendor. */
export { APIError, OpenAI } from 'openai';
