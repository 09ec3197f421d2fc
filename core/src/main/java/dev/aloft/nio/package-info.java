/// `s3://` for `java.nio.file`: a thin face on [dev.aloft.files], with the JDK's exceptions only.
///
/// Programs use [java.nio.file.Files] and need nothing of this package; what the JDK has no word for is in
/// [dev.aloft.nio.S3Files].
@NullMarked
package dev.aloft.nio;

import org.jspecify.annotations.NullMarked;
