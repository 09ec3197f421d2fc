/// Objects in S3: one request each, with limits, retries and caches; floor one, knows nothing of files.
@NullMarked
package dev.aloft.store;

import org.jspecify.annotations.NullMarked;
