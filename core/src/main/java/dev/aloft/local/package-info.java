/// Files of a local folder, under the names that they have as objects. Symbolic links below the folder are never
/// followed, also when one replaces a directory meanwhile: each component is opened relative to the one before
/// (`openat` with `O_NOFOLLOW`).
@NullMarked
package dev.aloft.local;

import org.jspecify.annotations.NullMarked;
