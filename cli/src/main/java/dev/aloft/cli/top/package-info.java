/// `aloft top`: figures of the agent and the edge of this host.
@NullMarked
package dev.aloft.cli.top;

import org.jspecify.annotations.NullMarked;
