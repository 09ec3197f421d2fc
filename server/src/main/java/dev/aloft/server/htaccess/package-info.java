/// What Apache would keep back by the `.htaccess` files of a folder, read without Apache.
@NullMarked
package dev.aloft.server.htaccess;

import org.jspecify.annotations.NullMarked;
