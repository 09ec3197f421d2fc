package dev.aloft.cli.doctor;

import dev.aloft.cli.console.Failure;
import java.io.IOException;

/// One thing that `aloft doctor` tries.
///
/// @param name for the first column: `s3 write`
record DoctorCheck(String name, Trial trial) {

    /// Tries it.
    @FunctionalInterface
    interface Trial {
        /// @throws Failure with the remedy
        DoctorFinding run() throws Failure, IOException, InterruptedException;
    }

    /// Runs the trial. An exception is a finding, too.
    DoctorFinding run() throws InterruptedException {
        try {
            return trial.run();
        } catch (Failure e) {
            return DoctorFinding.failed(e.code(), e.found(), e.advice());
        } catch (IOException e) {
            return DoctorFinding.failed(
                    Failure.Code.MACHINE, Failure.messageOf(e), "see docs/how-to/troubleshooting.md");
        }
    }
}
