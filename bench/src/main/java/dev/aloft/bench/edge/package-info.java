/// `/uploads/` by the edge, beside what serves files and caches elsewhere: see `bench/edge/README.md`.
@NullMarked
package dev.aloft.bench.edge;

import org.jspecify.annotations.NullMarked;
