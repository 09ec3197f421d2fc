/// What happens in memory on every call, measured by JMH: see `bench/README.md`.
@NullMarked
package dev.aloft.bench.hot;

import org.jspecify.annotations.NullMarked;
