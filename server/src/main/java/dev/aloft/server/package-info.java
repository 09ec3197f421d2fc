/// Shared by the agent and the edge: parsing of HTTP, and signed permission to read private files.
@NullMarked
package dev.aloft.server;

import org.jspecify.annotations.NullMarked;
