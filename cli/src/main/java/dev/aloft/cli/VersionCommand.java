package dev.aloft.cli;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `aloft version`: version of Aloft, and of its Java and system.
@Command(name = "version", description = "Prints the version of Aloft, and of its Java and system.")
final class VersionCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        for (String line : lines()) {
            spec.commandLine().getOut().println(line);
        }
    }

    private static String[] lines() {
        return new String[] {
            "aloft "
                    + Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                            .orElse("unpackaged"),
            "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }

    /// The same for `aloft --version`.
    static final class Provider implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return lines();
        }
    }
}
