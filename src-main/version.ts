import project from '../package.json' with { type: 'json' };

/** Version of Hoplab. */
export const version: string = project.version;
