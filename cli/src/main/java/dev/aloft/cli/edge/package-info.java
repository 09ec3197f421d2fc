/// The client of an edge's admin address: its metrics, and purges by the commands that change uploads.
@NullMarked
package dev.aloft.cli.edge;

import org.jspecify.annotations.NullMarked;
