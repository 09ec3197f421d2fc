/// The edge's server: its connections, TLS, hosts, limits, and the wiring of all its parts.
@NullMarked
package dev.aloft.server.edge;

import org.jspecify.annotations.NullMarked;
