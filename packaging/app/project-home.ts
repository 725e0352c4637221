/**
 * Where this Hoplab is released: `OWNER/NAME` of a repository on GitHub, as GitHub's runners say it. Where nobody says it there is
 * none: packages name a host that cannot be (RFC 2606), and the app does not ask for new versions.
 */
export function projectHome(env: NodeJS.ProcessEnv): string {
  const slug = env['GITHUB_REPOSITORY'];
  if (slug === undefined || slug === '') return 'https://hoplab.invalid/';
  if (!/^[\w.-]+\/[\w.-]+$/.test(slug)) throw new Error(`GITHUB_REPOSITORY is OWNER/NAME, not ${slug}`);
  return `https://github.com/${slug}`;
}
