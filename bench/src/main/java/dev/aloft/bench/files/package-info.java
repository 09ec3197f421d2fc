/// Benchmark of Aloft's `java.nio.file` against its peers: see `bench/README.md`.
@NullMarked
package dev.aloft.bench.files;

import org.jspecify.annotations.NullMarked;
