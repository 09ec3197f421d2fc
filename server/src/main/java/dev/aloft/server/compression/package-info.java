/// Compression of answers: the content codings and their encoders. It knows nothing of caches.
@NullMarked
package dev.aloft.server.compression;

import org.jspecify.annotations.NullMarked;
