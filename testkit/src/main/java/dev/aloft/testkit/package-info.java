/// Test fixtures: S3 with faults and delays and every request counted ([S3Front]), a private Ceph ([Ceph]), and a
/// browser that uses WordPress as people do ([Browser], [WordPressAdmin]).
@NullMarked
package dev.aloft.testkit;

import org.jspecify.annotations.NullMarked;
