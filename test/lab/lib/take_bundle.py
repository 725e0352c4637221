#!/usr/bin/env python3
"""take_bundle.py CACHE FILE: the bundle that `hoplab bundle create` wrote takes the place of what is built: its folder, the lists of
floor.sh, and its programs in the folder bin, where floor.sh and the tests find them."""
import gzip, io, json, os, shutil, sys, tarfile
from floor_lists import write_floor_lists

CACHE, FILE = sys.argv[1:3]
OUT, BIN = f'{CACHE}/bundle', f'{CACHE}/bin'
shutil.rmtree(OUT, ignore_errors=True)
with tarfile.open(FILE) as archive: archive.extractall(OUT, filter='data')
with open(f'{OUT}/index.json') as f: index = json.load(f)


def program(name, data):
    with open(f'{BIN}/{name}', 'wb') as f: f.write(data)
    os.chmod(f'{BIN}/{name}', 0o755)


def content(sha256):
    packed = f'{OUT}/packed/sha256/{sha256}.gz'  # a program, in place of the blob itself
    with gzip.open(packed) if os.path.exists(packed) else open(f'{OUT}/blobs/sha256/{sha256}', 'rb') as f: return f.read()


os.makedirs(BIN, exist_ok=True)
for file in index['hoplab']['files']:
    if file.get('arch', 'amd64') != 'amd64' or file['kind'] == 'manifest': continue
    data = content(file['sha256'])
    if file['kind'] == 'binary': program(file['name'], data)
    else:
        prefix = 'cni-' if file['name'] == 'cni-plugins' else ''
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                if member.isfile(): program(prefix + os.path.basename(member.name), archive.extractfile(member).read())
write_floor_lists(OUT)
