/// `aloft doctor` and its neighbours, which change nothing: checks of the machine, S3, the services and WordPress, the
/// decisions about one upload (`aloft explain`), and the permissions that S3 has to grant (`aloft iam`).
@NullMarked
package dev.aloft.cli.doctor;

import org.jspecify.annotations.NullMarked;
