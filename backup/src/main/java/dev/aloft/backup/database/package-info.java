/// A site's database in a backup: its dump, its load, and its binary log in S3.
///
/// The database's password is never on a command line, in the environment, in a log or in an exception's text. Client
/// programs of MariaDB do the work.
@NullMarked
package dev.aloft.backup.database;

import org.jspecify.annotations.NullMarked;
