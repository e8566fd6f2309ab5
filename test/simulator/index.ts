/** The name other code imports; the files are .mts because n8n's linter takes every .ts for node code. */
export * from './index.mts';
