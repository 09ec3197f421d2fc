/// A site's uploads and pictures over HTTP: what a URL means, what may be served, and its delivery from S3 through the
/// cache.
@NullMarked
package dev.aloft.server.uploads;

import org.jspecify.annotations.NullMarked;
