/// Pictures: what a URL asks of an original, how large the answer is, and how libvips makes it.
///
/// Knows nothing of S3 nor of HTTP. [Recipe] is what is asked, [Geometry] how large, [Renderer] makes it.
@NullMarked
package dev.aloft.image;

import org.jspecify.annotations.NullMarked;
