/// A shared HTTP cache before an [Origin]: RFC 9110, 9111, 9211, 9213 and 5861. It knows nothing of S3.
@NullMarked
package dev.aloft.server.cache;

import org.jspecify.annotations.NullMarked;
