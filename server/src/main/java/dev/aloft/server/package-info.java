/// Shared by the agent and the edge: listeners, parsing of HTTP, figures, and signed URLs.
@NullMarked
package dev.aloft.server;

import org.jspecify.annotations.NullMarked;
