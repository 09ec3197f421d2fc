/// JMH benchmarks of the in-memory work of every call: see `bench/README.md`.
@NullMarked
package dev.aloft.bench.hot;

import org.jspecify.annotations.NullMarked;
