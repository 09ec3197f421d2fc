/// Aloft's `java.nio.file` beside its peers: see `bench/README.md`.
@NullMarked
package dev.aloft.bench.files;

import org.jspecify.annotations.NullMarked;
