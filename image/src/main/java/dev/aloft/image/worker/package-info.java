/// The worker process: decodes untrusted originals with libvips, and renders them.
///
/// [WorkerMain] is its only entry; the server starts it by name. [Renderer] renders, by a list of [Step]s.
@NullMarked
package dev.aloft.image.worker;

import org.jspecify.annotations.NullMarked;
