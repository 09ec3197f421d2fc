/// WordPress's object cache: a bounded store of keys and values for each site.
@NullMarked
package dev.aloft.server.objectcache;

import org.jspecify.annotations.NullMarked;
