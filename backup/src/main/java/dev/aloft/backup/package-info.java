/// Snapshots of a site's files and database in S3, and their restoration.
///
/// A snapshot is complete when its description exists, never before. Every operation can be killed at any request and
/// run again. No operation takes a lock. Memory does not grow with the number of files, except in a prune and a
/// verification, which hold 8 to 32 bytes for each object of content.
@NullMarked
package dev.aloft.backup;

import org.jspecify.annotations.NullMarked;
