"""What floor.sh takes from a bundle: for each role the archive of its images (an index and the list of its parts), and the manifests by
their names."""
import json, os

CONTROL_PLANE = ('/kube-apiserver:', '/kube-controller-manager:', '/kube-scheduler:', '/etcd:')
WORKLOADS = ('/metallb/controller:', '/agnhost:', '/nginx/')


def write_floor_lists(bundle):
    """Writes the folder floor of a bundle's folder."""
    os.makedirs(f'{bundle}/floor', exist_ok=True)
    with open(f'{bundle}/index.json') as f: index = json.load(f)
    for role, others in (('control-plane', WORKLOADS), ('worker', CONTROL_PLANE)):
        chosen = [d for d in index['manifests'] if not any(part in d['annotations']['io.containerd.image.name'] for part in others)]
        with open(f'{bundle}/floor/{role}.json', 'w') as f:
            json.dump({'schemaVersion': 2, 'mediaType': index['mediaType'], 'manifests': chosen}, f)
        blobs = sorted({part for d in chosen for part in parts(bundle, d['digest'])})
        lines = ['oci-layout', f'floor/{role}.json', *(f'blobs/{blob.replace(":", "/")}' for blob in blobs)]
        with open(f'{bundle}/floor/{role}.list', 'w') as f: f.write('\n'.join(lines) + '\n')
    for file in index['hoplab']['files']:
        if file['kind'] == 'manifest': os.link(f'{bundle}/blobs/sha256/{file["sha256"]}', f'{bundle}/floor/{file["name"]}.yaml')


def parts(bundle, digest):
    """The blobs of an image that are there: other platforms' are not."""
    path = f'{bundle}/blobs/{digest.replace(":", "/")}'
    if not os.path.exists(path): return
    yield digest
    with open(path) as f: manifest = json.load(f)
    for child in manifest.get('manifests', []): yield from parts(bundle, child['digest'])
    for blob in (manifest[k] for k in ('config',) if k in manifest): yield blob['digest']
    for blob in manifest.get('layers', []): yield blob['digest']
