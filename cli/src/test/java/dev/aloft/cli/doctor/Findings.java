package dev.aloft.cli.doctor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Findings of `aloft doctor` by the names of their checks; of several with one name the last.
record Findings(Map<String, DoctorFinding> byCheck) {

    /// Runs the checks.
    static Findings of(List<DoctorCheck> checks) throws InterruptedException {
        Map<String, DoctorFinding> found = new LinkedHashMap<>();
        for (DoctorCheck check : checks) {
            found.put(check.name(), check.run());
        }
        return new Findings(found);
    }

    DoctorFinding get(String check) {
        return Objects.requireNonNull(byCheck.get(check), check);
    }
}
