/// Purges at CDNs: what a host changes is announced to them, from a queue on disk.
@NullMarked
package dev.aloft.server.cdn;

import org.jspecify.annotations.NullMarked;
