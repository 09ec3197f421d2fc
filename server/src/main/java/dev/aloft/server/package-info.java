/// What the agent and the edge have in common: the reading of HTTP, and leave to read what is private.
@NullMarked
package dev.aloft.server;

import org.jspecify.annotations.NullMarked;
