/// The process that a command runs in: its output and questions, its failures with their exit codes, its version, and
/// its end by a signal. Knows nothing of the other rooms.
@NullMarked
package dev.aloft.cli.console;

import org.jspecify.annotations.NullMarked;
