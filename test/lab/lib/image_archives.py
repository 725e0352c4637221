#!/usr/bin/env python3
"""Reads image archives that somebody made with other tools: `docker save`, or an OCI image layout in a tar, as skopeo
makes it; plain or packed by gzip or zstd.   image_archives.py --missing ARCHIVES REFERENCE...  prints the references that none of
the archives (paths, a line each) has."""
import gzip, hashlib, json, subprocess, sys, tarfile

NAMES = ('io.containerd.image.name', 'org.opencontainers.image.ref.name')


class Archive:
    def __init__(self, path):
        self.path = path
        if path.endswith('.zst'):  # tarfile reads gzip by itself
            self.process = subprocess.Popen(['zstd', '-qdc', path], stdout=subprocess.PIPE)
            self.files = {m.name.removeprefix('./'): t.extractfile(m).read()
                          for t in [tarfile.open(fileobj=self.process.stdout, mode='r|')] for m in t if m.isreg()}
        else:
            with tarfile.open(path) as t:
                self.files = {m.name.removeprefix('./'): t.extractfile(m).read() for m in t if m.isreg()}
                # `docker save` stores a layer that two images share once, and a link
                for m in (m for m in t if m.issym() or m.islnk()): self.files[m.name] = t.extractfile(m).read()

    def images(self):
        """(reference, configuration as JSON bytes, uncompressed layers) of each image that has a name."""
        if 'manifest.json' in self.files:
            for entry in json.loads(self.files['manifest.json']):
                for ref in entry['RepoTags'] or []: yield ref, self.read(entry['Config']), [plain(self.read(l)) for l in entry['Layers']]
        elif 'index.json' in self.files:
            for descriptor in json.loads(self.files['index.json'])['manifests']:
                notes = descriptor.get('annotations', {})
                ref = next((notes[n] for n in NAMES if ':' in notes.get(n, '')), None)
                manifest = self.of_platform(descriptor)
                if ref: yield ref, self.blob(manifest['config']), [plain(self.blob(l)) for l in manifest['layers']]
        else:
            raise SystemExit(f'lab: {self.path} is no image archive: it has neither manifest.json nor index.json. Make it with `docker save` or `skopeo copy`')

    def of_platform(self, descriptor):
        found = json.loads(self.blob(descriptor))
        if 'manifests' not in found: return found
        for m in found['manifests']:
            if m.get('platform', {}).get('architecture') == 'amd64' and m['platform'].get('os') == 'linux': return self.of_platform(m)
        raise SystemExit(f'lab: {self.path} has no image for linux/amd64')

    def blob(self, descriptor):
        data = self.read('blobs/' + descriptor['digest'].replace(':', '/'))
        if 'sha256:' + hashlib.sha256(data).hexdigest() != descriptor['digest']:
            raise SystemExit(f'lab: {self.path} is damaged: {descriptor["digest"]} has another hash')
        return data

    def read(self, name):
        if name not in self.files: raise SystemExit(f'lab: {self.path} is not complete: {name} is missing')
        return self.files[name]


def plain(layer):
    if layer[:2] == b'\x1f\x8b': return gzip.decompress(layer)
    if layer[:4] == b'\x28\xb5\x2f\xfd': return subprocess.run(['zstd', '-qdc'], input=layer, stdout=subprocess.PIPE, check=True).stdout
    return layer


def read_images(paths):
    """{reference: (configuration, layers)} of all archives."""
    return {ref: (config, layers) for path in paths for ref, config, layers in Archive(path).images()}


if __name__ == '__main__':
    paths, wanted = sys.argv[2].split('\n'), sys.argv[3:]
    found = read_images(p for p in paths if p)
    for ref in wanted:
        if ref not in found: print(ref)
