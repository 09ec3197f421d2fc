/// What the agent and the edge have in common: the reading of HTTP.
@NullMarked
package dev.aloft.server;

import org.jspecify.annotations.NullMarked;
