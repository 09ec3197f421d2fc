/// `aloft edge`, and the client of an edge's admin address, which commands that change uploads use for purges.
@NullMarked
package dev.aloft.cli.edge;

import org.jspecify.annotations.NullMarked;
