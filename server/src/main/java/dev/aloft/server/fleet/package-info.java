/// The event bus of a fleet: every process learns of the uploads that the others change.
@NullMarked
package dev.aloft.server.fleet;

import org.jspecify.annotations.NullMarked;
