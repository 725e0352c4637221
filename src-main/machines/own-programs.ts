import { sh } from './command.ts';

/*
 * Programs as Hoplab runs them: what the user's own files and environment say to them (~/.curlrc, http_proxy, ~/.digrc) has no
 * effect on what is asked. dig's own option for that, -r, is unknown to the dig of macOS.
 */

/** A URL means one request: its brackets and braces are taken as they are. */
export const CURL = sh`curl -q --noproxy ${'*'} --globoff -sS`;

export const DIG = sh`HOME=/dev/null dig`;
