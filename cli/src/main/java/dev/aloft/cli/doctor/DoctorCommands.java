package dev.aloft.cli.doctor;

import java.util.stream.Stream;

/// The commands that check an installation, or print what it needs and decides.
public final class DoctorCommands {

    private DoctorCommands() {}

    /// In the order of the help.
    public static Stream<Object> all() {
        return Stream.of(new DoctorCommand(), new HealthCommand(), new ExplainCommand(), new IamCommand());
    }
}
