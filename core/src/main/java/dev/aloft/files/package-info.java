/// File operations on objects; the one place that defines their semantics.
@NullMarked
package dev.aloft.files;

import org.jspecify.annotations.NullMarked;
