/// Objects in S3: one request each, with limits, retries and caches. The only package that knows the SDK; it knows
/// nothing of file semantics.
@NullMarked
package dev.aloft.store;

import org.jspecify.annotations.NullMarked;
