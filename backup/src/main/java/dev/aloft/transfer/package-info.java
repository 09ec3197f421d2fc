/// Operations on the files of local folders and buckets: listing, copying, moving, synchronising and deleting.
///
/// One file that fails holds no other up. Memory does not grow with the number of files. Symbolic links below a local
/// folder are not followed. Copies within one S3 stay inside it.
@NullMarked
package dev.aloft.transfer;

import org.jspecify.annotations.NullMarked;
