/// The operators' side of edge and agent: metrics, the access log, admin addresses, and purges sent to other hosts.
@NullMarked
package dev.aloft.server.operations;

import org.jspecify.annotations.NullMarked;
