/// The `aloft` command with `aloft demo`: every part of Aloft, with an S3, a database and a WordPress to try it on.
@NullMarked
package dev.aloft.demo;

import org.jspecify.annotations.NullMarked;
