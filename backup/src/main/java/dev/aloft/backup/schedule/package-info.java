/// Backups that a server takes by itself, on one host of a fleet at a time.
@NullMarked
package dev.aloft.backup.schedule;

import org.jspecify.annotations.NullMarked;
