/// The commands on files, such as `aloft ls` and `aloft sync`, and their work: listing, copying, moving, synchronising
/// and deleting files of local folders and buckets.
///
/// Names of the command line become places ([OpenPlaces]). A place is a [FileRoot], on which [FileTransfer] works.
/// One file that fails holds no other up. Memory does not grow with the number of files. Symbolic links below a
/// local folder are not followed. Copies within one S3 stay inside it. A change purges the edges, so this room also
/// knows the client of the edge.
@NullMarked
package dev.aloft.cli.files;

import org.jspecify.annotations.NullMarked;
