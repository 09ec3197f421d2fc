# Writes container images as OCI archives, without a daemon or a builder. To be sourced.

# Stores file $1 as a blob of the layout $2, and prints its descriptor without the closing brace. The file is moved.
oci_blob() { # file, layout, media type
    local digest size
    digest=$(sha256sum "$1" | cut -d ' ' -f 1)
    size=$(stat --format %s "$1")
    mv "$1" "$2/blobs/sha256/$digest"
    printf '{"mediaType": "%s", "digest": "sha256:%s", "size": %s' "$3" "$digest" "$size"
}

# An image of one layer, which `docker load`, `podman load` and `skopeo copy oci-archive:` read. Docker before version
# 25 reads manifest.json instead of index.json. The same arguments make the same bytes.
oci_archive() { # root file system (tar), configuration of its containers (JSON), architecture, name, version, seconds, archive
    local root=$1 containers=$2 architecture=$3 name=$4 version=$5 epoch=$6 archive=$7 type=application/vnd.oci.image
    local work layout created diff layer configuration manifest
    work=$(mktemp -d)
    layout=$work/layout
    mkdir -p "$layout/blobs/sha256"
    created=$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)
    diff=$(sha256sum "$root" | cut -d ' ' -f 1)
    gzip -n <"$root" >"$work/layer"
    layer=$(oci_blob "$work/layer" "$layout" "$type.layer.v1.tar+gzip")
    cat >"$work/configuration" <<JSON
{
  "created": "$created",
  "architecture": "$architecture",
  "os": "linux",
  "config": $(cat "$containers"),
  "rootfs": {"type": "layers", "diff_ids": ["sha256:$diff"]},
  "history": [{"created": "$created", "created_by": "./package image"}]
}
JSON
    configuration=$(oci_blob "$work/configuration" "$layout" "$type.config.v1+json")
    cat >"$work/manifest" <<JSON
{
  "schemaVersion": 2,
  "mediaType": "$type.manifest.v1+json",
  "config": $configuration},
  "layers": [$layer}]
}
JSON
    manifest=$(oci_blob "$work/manifest" "$layout" "$type.manifest.v1+json")
    echo '{"imageLayoutVersion": "1.0.0"}' >"$layout/oci-layout"
    cat >"$layout/index.json" <<JSON
{
  "schemaVersion": 2,
  "mediaType": "$type.index.v1+json",
  "manifests": [$manifest, "annotations": {
    "io.containerd.image.name": "docker.io/library/$name:$version", "org.opencontainers.image.ref.name": "$version"
  }}]
}
JSON
    cat >"$layout/manifest.json" <<JSON
[{
  "Config": "blobs/sha256/$(oci_digest "$configuration")",
  "RepoTags": ["$name:$version"],
  "Layers": ["blobs/sha256/$(oci_digest "$layer")"]
}]
JSON
    tar --create --file "$archive" --directory "$layout" --sort=name --mtime="@$epoch" --owner=0 --group=0 \
        --numeric-owner --mode=go-w .
    rm -rf "$work"
}

oci_digest() { # descriptor
    sed 's/.*"sha256:\([0-9a-f]*\)".*/\1/' <<<"$1"
}
