/// The commands on files, such as `aloft ls` and `aloft sync`: names of the command line become places in S3 or in
/// local folders, and the module `transfer` works on them. A change purges the edges, so this room also knows the
/// client of the edge.
@NullMarked
package dev.aloft.cli.files;

import org.jspecify.annotations.NullMarked;
