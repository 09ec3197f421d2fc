/// Work on all objects of a folder of a bucket: listings in the order of the keys, two sequences read together, tasks
/// at the same time, progress. Constant memory for any number of objects.
@NullMarked
package dev.aloft.bulk;

import org.jspecify.annotations.NullMarked;
