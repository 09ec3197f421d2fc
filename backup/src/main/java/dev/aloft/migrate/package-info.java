/// Moves a site's uploads between a local folder and S3, or from one S3 to another, while the site stays up.
///
/// The newer version of a file wins in every direction, and nothing that the site writes meanwhile is replaced. Every
/// operation can be killed at any moment and run again: it continues. Memory does not grow with the number of files.
@NullMarked
package dev.aloft.migrate;

import org.jspecify.annotations.NullMarked;
