/// `aloft cdn`: configurations of web servers and CDNs in front of the edge or of a bucket, filled from templates.
@NullMarked
package dev.aloft.cli.cdn;

import org.jspecify.annotations.NullMarked;
