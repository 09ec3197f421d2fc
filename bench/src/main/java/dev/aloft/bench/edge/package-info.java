/// Benchmark of `/uploads/` against other file servers and caches: see `bench/edge/README.md`.
@NullMarked
package dev.aloft.bench.edge;

import org.jspecify.annotations.NullMarked;
