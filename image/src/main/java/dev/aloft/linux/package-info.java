/// Linux kernel features without a Java API: dropping rights, and protection from inspection.
@NullMarked
package dev.aloft.linux;

import org.jspecify.annotations.NullMarked;
