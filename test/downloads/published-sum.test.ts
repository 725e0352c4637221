import { describe, expect, it } from 'vitest';
import { DownloadError } from '../../src-main/downloads/download-error.ts';
import { publishedSum, sumIn } from '../../src-main/downloads/published-sum.ts';
import { client, serve } from './servers.ts';

const one = 'a'.repeat(64);
const two = 'b'.repeat(64);
const url = 'https://github.com/opencontainers/runc/releases/download/v1.5.2/runc.amd64';
const sums = 'https://github.com/opencontainers/runc/releases/download/v1.5.2/runc.sha256sum';

describe('the sum that a publisher has beside a file', () => {
  it.each([
    ['alone', one],
    ['alone, in capitals, with the end of a line', `${one.toUpperCase()}\r\n`],
    ['with the name of the file', `${one}  runc.amd64\n`],
    ['of a file that was read as binary', `${one} *runc.amd64\n`],
    ['with a folder before the name', `${one}  ./dist/runc.amd64\n`],
    ['among those of other files', `${two}  runc.arm64\n${one}  runc.amd64\n${two}  runc.amd64.asc\n`],
    ['in the form of BSD', `SHA256 (runc.arm64) = ${two}\nSHA256 (runc.amd64) = ${one}\n`],
    ['between lines of something else', `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${one}  runc.amd64\n`],
  ])('is read %s', (_how, text) => {
    expect(sumIn(text, sums, url)).toBe(one);
  });

  it('may be a SHA-512: then no SHA-256 is taken for it', () => {
    const long = 'c'.repeat(128);
    const lines = `${one}  runc.amd64\nSHA256 (runc.amd64) = ${one}\nSHA512 (runc.amd64) = ${long}\n${long} *runc.amd64\n`;
    expect(sumIn(lines, sums, url, 'sha512')).toBe(long);
    expect(sumIn(lines, sums, url)).toBe(one);
    expect(() => sumIn(`${one}  runc.amd64\n`, sums, url, 'sha512')).toThrow('should have the SHA-512 of a file, but');
    expect(() => sumIn(`SHA256 (runc.amd64) = ${long}\n`, sums, url, 'sha512')).toThrow('it has no SHA-512');
  });

  it.each([
    ['is empty', ' \n', 'it is empty'],
    ['is a web page', `<!DOCTYPE html><p>${one}`, 'it is a web page'],
    ['names another file', `${one}  runc.arm64\n`, 'it names runc.arm64, and not runc.amd64'],
    ['names a file with a longer name', `${one}  runc.amd64.asc\n`, 'it names runc.amd64.asc'],
    ['has two sums for it', `${one}  runc.amd64\n${two}  runc.amd64\n`, 'it has two sums for runc.amd64'],
    ['has no sum', 'Not Found', 'it has no SHA-256'],
    ['has a sum that is too short', one.slice(1), 'it has no SHA-256'],
  ])('is refused where the file of sums %s', (_what, text, why) => {
    const refused = () => sumIn(text, sums, url);
    expect(refused).toThrow(DownloadError);
    expect(refused).toThrow(`${sums} should have the SHA-256 of a file, but ${why}`);
  });

  it('is read from the publisher, and refused where what comes is no file of sums', async () => {
    const bodies: Record<string, string> = {
      '/dl.k8s.io/kubeadm.sha256': one,
      '/dl.k8s.io/kubelet.sha256': '',
      '/dl.k8s.io/large': 'x'.repeat(2e6),
    };
    const { origin } = await serve((request, response) => response.end(bodies[request.url ?? '']));
    const web = client({ mirrors: { base: origin, hosts: {} } });
    const read = (name: string) =>
      publishedSum(web, `https://dl.k8s.io/${name}`, 'https://dl.k8s.io/kubeadm', new AbortController());
    expect(await read('kubeadm.sha256')).toBe(one);
    await expect(read('kubelet.sha256')).rejects.toThrow('it is empty');
    await expect(read('large')).rejects.toThrow('it is too large');
  });
});
