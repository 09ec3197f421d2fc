/// What Java has no words for in the Linux kernel: a process that gives up its rights, and one that may not be
/// inspected.
@NullMarked
package dev.aloft.linux;

import org.jspecify.annotations.NullMarked;
