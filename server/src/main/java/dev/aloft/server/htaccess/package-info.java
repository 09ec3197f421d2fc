/// Evaluates the access rules of `.htaccess` files without Apache.
@NullMarked
package dev.aloft.server.htaccess;

import org.jspecify.annotations.NullMarked;
