/// Pictures made on the fly, at the URLs of Tachyon v3: originals from S3, renditions by `dev.aloft.image`.
@NullMarked
package dev.aloft.server.tachyon;

import org.jspecify.annotations.NullMarked;
