/// What the measurements share: processes of their own for the subjects and for S3.
@NullMarked
package dev.aloft.bench;

import org.jspecify.annotations.NullMarked;
