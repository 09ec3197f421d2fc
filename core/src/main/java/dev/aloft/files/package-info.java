/// What a file operation means on objects; the one place where these semantics live.
@NullMarked
package dev.aloft.files;

import org.jspecify.annotations.NullMarked;
