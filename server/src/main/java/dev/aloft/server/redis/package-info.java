/// A client of Redis and Valkey, for the few commands that a fleet needs.
@NullMarked
package dev.aloft.server.redis;

import org.jspecify.annotations.NullMarked;
