/// S3 with faults and delays, and every request counted.
@NullMarked
package dev.aloft.testkit;

import org.jspecify.annotations.NullMarked;
