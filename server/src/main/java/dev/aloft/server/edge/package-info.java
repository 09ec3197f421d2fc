/// The edge: uploads straight from S3, everything else to the site.
@NullMarked
package dev.aloft.server.edge;

import org.jspecify.annotations.NullMarked;
