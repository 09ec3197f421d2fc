/// Linux kernel features without a Java API: dropping rights, protection from inspection,
/// notifications of the service manager.
@NullMarked
package dev.aloft.linux;

import org.jspecify.annotations.NullMarked;
