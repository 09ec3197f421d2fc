/// Shared parts of the benchmarks: separate processes for the subjects and for S3.
@NullMarked
package dev.aloft.bench;

import org.jspecify.annotations.NullMarked;
