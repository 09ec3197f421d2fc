/// `aloft migrate`: the uploads of a site from a local folder into S3, back, and from one S3 to another. A migration
/// purges the edges, so this room also knows the client of the edge.
@NullMarked
package dev.aloft.cli.migrate;

import org.jspecify.annotations.NullMarked;
