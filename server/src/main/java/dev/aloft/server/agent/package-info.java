/// The agent: a site's files over a Unix socket, in plain HTTP.
@NullMarked
package dev.aloft.server.agent;

import org.jspecify.annotations.NullMarked;
