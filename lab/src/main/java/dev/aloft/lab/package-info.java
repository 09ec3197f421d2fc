/// The real parts that the demo and the tests run on: an embedded S3, MariaDB, php-fpm, WordPress.
@NullMarked
package dev.aloft.lab;

import org.jspecify.annotations.NullMarked;
