/// The operators' side of an edge: metrics, the access log, the admin address, and purges sent to other hosts.
@NullMarked
package dev.aloft.server.operations;

import org.jspecify.annotations.NullMarked;
