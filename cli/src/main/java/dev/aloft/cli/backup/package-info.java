/// `aloft backup`: snapshots of a site and its database, and their restoration. A restoration purges the edges, so
/// this room also knows the client of the edge.
@NullMarked
package dev.aloft.cli.backup;

import org.jspecify.annotations.NullMarked;
