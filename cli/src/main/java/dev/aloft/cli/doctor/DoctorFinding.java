package dev.aloft.cli.doctor;

import dev.aloft.cli.console.Failure;

/// Result of one check.
///
/// @param code exit code that a failed check stands for
/// @param found in one line
/// @param remedy what to do, in one line; empty if nothing is to be done
record DoctorFinding(Grade grade, Failure.Code code, String found, String remedy) {

    /// Consequence of a finding.
    enum Grade {
        /// As it should be.
        OK,
        /// Works, but an operator should know.
        WARNING,
        /// Does not work.
        FAILED
    }

    static DoctorFinding ok(String found) {
        return new DoctorFinding(Grade.OK, Failure.Code.FAULT, found, "");
    }

    static DoctorFinding warning(String found, String remedy) {
        return new DoctorFinding(Grade.WARNING, Failure.Code.FAULT, found, remedy);
    }

    static DoctorFinding failed(Failure.Code code, String found, String remedy) {
        return new DoctorFinding(Grade.FAILED, code, found, remedy);
    }
}
