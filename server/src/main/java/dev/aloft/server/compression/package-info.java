/// Compression of answers: the content codings, the choice of a client, and the encoders. It knows nothing of caches.
@NullMarked
package dev.aloft.server.compression;

import org.jspecify.annotations.NullMarked;
