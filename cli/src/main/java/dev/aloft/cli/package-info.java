/// The one `aloft` command: parsing, printing, wiring.
@NullMarked
package dev.aloft.cli;

import org.jspecify.annotations.NullMarked;
