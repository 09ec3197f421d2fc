/// `aloft serve`: the agent and the edge of a configuration, started, watched and stopped with the process.
@NullMarked
package dev.aloft.cli.serve;

import org.jspecify.annotations.NullMarked;
