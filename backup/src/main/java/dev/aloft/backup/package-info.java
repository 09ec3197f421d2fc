/// Snapshots of a site's files and database in S3, and their restoration; floor two, knows only `store` of the house.
///
/// A snapshot is complete when its description is there, never before. Every operation can be killed at any request
/// and run again. No operation takes a lock, and none needs more memory for more files, but for eight bytes each in a
/// prune and a verification.
@NullMarked
package dev.aloft.backup;

import org.jspecify.annotations.NullMarked;
