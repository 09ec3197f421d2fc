/// Renditions of pictures, on the server's side: recipes, the queue, and supervision of the worker process.
///
/// Independent of S3 and HTTP. [Recipe] is a parsed request; [RenderPool] renders it in a worker.
@NullMarked
package dev.aloft.image;

import org.jspecify.annotations.NullMarked;
